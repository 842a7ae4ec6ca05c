// Differences of configs and of weights.
#pragma once

#include "models/diff/diff.h"

namespace keras {

// Appends what differs between two values, null for a missing one. Objects are compared member by
// member, unless they are records of different classes; lists of objects item by item when they are
// of equal length.
void compare_values(const json::Value* a, const json::Value* b, const std::string& key,
                    std::vector<ValueChange>& changes);

// Appends the weights that differ. They are matched by position, and by name when there are more on
// one side. Returns the number of those that are equal in every bit.
int64_t compare_weights(const Layer::Variables& a, const Layer::Variables& b,
                        const std::string& layer_name, std::vector<WeightChange>& changes);

}  // namespace keras
