// keras.random for float16 and bfloat16: JAX draws other bits for them than for float32, and rounds
// the result of every operation. Values come as floats that the narrow dtype holds exactly.
#pragma once

#include <cstdint>
#include <optional>

#include "base/dtype.h"
#include "random/threefry.h"

namespace keras::random {

enum class Half : unsigned char { kFloat16, kBFloat16 };
// Nothing for all other dtypes: those are drawn as float32.
std::optional<Half> half_of(DType dtype);

void half_uniform(Half dtype, const Key& key, float minimum, float maximum, float* y, int64_t n);
void half_normal(Half dtype, const Key& key, float mean, float stddev, float* y, int64_t n);
void half_truncated_normal(Half dtype, const Key& key, float mean, float stddev, float* y,
                           int64_t n);

}  // namespace keras::random
