// Which operation of one model stands for which of another.
#pragma once

#include <vector>

#include "models/diff/model_calls.h"

namespace keras {

// For each operation of `a` the index of its partner in `b`, or -1. Names decide first. Operations
// that no name matched were renamed if they are of the same class, in this order:
//   1. with the same config, and calls that take the same tensors;
//   2. with the same config;
//   3. with calls that take the same tensors;
// each time the first of `a` gets the first of `b`. The same tensors are those whose operations are
// partners. Models inside of the model have the same config when they have as many layers. Linear
// in operations.
std::vector<int> match_operations(const ModelCalls& a, const ModelCalls& b);

// The config without the name; nothing for a class that cannot tell it (NotImplementedError).
std::optional<json::Object> config_without_name(const Operation& operation);

}  // namespace keras
