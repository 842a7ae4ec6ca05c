// Matches the calls of matching operations of two models.
#pragma once

#include <vector>

#include "models/diff/model_calls.h"

namespace keras {

// For each operation of `a` the number of the matching call of its match in `b`, by call. The order
// of a shared layer's calls has no meaning, and Keras's clone_model may change it: calls match if
// they take the same tensors, the remaining calls in order. Calls without a match keep their
// numbers. Takes n log n steps for n calls.
std::vector<std::vector<int>> match_calls(const ModelCalls& a, const ModelCalls& b,
                                          const std::vector<int>& matches);

}  // namespace keras
