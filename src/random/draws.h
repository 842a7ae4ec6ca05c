// One value at a time: what the distributions are built of.
#pragma once

#include <cstdint>

#include "random/threefry.h"
#include "random/xla_math.h"

namespace keras::random {

float unit_at(const Key& key, uint64_t index);
float uniform_at(const Key& key, uint64_t index, float minimum, float maximum);
float normal_at(const Key& key, uint64_t index);  // mean 0, stddev 1

}  // namespace keras::random
