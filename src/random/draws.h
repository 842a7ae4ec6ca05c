// Single values, from which the distributions are built.
#pragma once

#include <cstdint>

#include "kernels/xla_math.h"
#include "random/threefry.h"

namespace keras::random {

using kernels::fma;
using kernels::xla_erfinv;
using kernels::xla_log;
using kernels::xla_log1p;

float unit_at(const Key& key, uint64_t index);
float uniform_at(const Key& key, uint64_t index, float minimum, float maximum);
float normal_at(const Key& key, uint64_t index);  // mean 0, stddev 1

}  // namespace keras::random
