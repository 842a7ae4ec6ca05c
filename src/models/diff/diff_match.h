// Matches the operations of two models.
#pragma once

#include <vector>

#include "models/diff/model_calls.h"

namespace keras {

// For each operation of `a` the index of its match in `b`, or -1. Operations match by name first.
// The rest match if they have the same class, in this order:
// 1. with the same config and the same inputs;
// 2. with the same config;
// 3. with the same inputs;
// each time the first of `a` with the first of `b`. Inputs are the same when their operations
// match. Nested models count as having the same config when they have the same number of layers.
// Linear in operations.
std::vector<int> match_operations(const ModelCalls& a, const ModelCalls& b);

// The config without the name; nothing for a class without get_config (NotImplementedError).
std::optional<json::Object> config_without_name(const Operation& operation);

}  // namespace keras
