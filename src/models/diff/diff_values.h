// Differences of configs and of weights.
#pragma once

#include "models/diff/diff.h"

namespace keras {

// Appends the differences between two values; null for a missing one. Compares objects member by
// member, unless they are records of different classes, and lists of equal length item by item.
void compare_values(const json::Value* a, const json::Value* b, const std::string& key,
                    std::vector<ValueChange>& changes);

// Appends the weights that differ. Matches by index, or by name when the numbers differ. Returns
// the number of bitwise equal weights.
int64_t compare_weights(const Layer::Variables& a, const Layer::Variables& b,
                        const std::string& layer_name, std::vector<WeightChange>& changes);

}  // namespace keras
