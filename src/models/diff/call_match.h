// Matches the calls of matching operations of two models.
#pragma once

#include <vector>

#include "models/diff/model_calls.h"

namespace keras {

// For each operation of `a` the number of the matching call of its match in `b`, by call. The order
// of a shared layer's calls means nothing, and a clone may have another one (as Keras's
// clone_model): calls match if they take the same tensors, and the others in order. Calls beyond
// those of the match keep their numbers. n log n in calls.
std::vector<std::vector<int>> match_calls(const ModelCalls& a, const ModelCalls& b,
                                          const std::vector<int>& matches);

}  // namespace keras
