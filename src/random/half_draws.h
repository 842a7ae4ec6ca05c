// keras.random for float16 and bfloat16: JAX draws fewer bits than for float32 and rounds every
// intermediate result. Values are returned as floats that the half dtype represents exactly.
#pragma once

#include <cstdint>
#include <optional>

#include "base/dtype.h"
#include "random/threefry.h"

namespace keras::random {

enum class Half : unsigned char { kFloat16, kBFloat16 };
// Nothing for all other dtypes, which are drawn as float32.
std::optional<Half> half_of(DType dtype);

// Values for any dtype, to be cast to it: half draws for the half types, else float32 draws.
void uniform(DType dtype, const Key& key, float minimum, float maximum, float* y, int64_t n);
void normal(DType dtype, const Key& key, float mean, float stddev, float* y, int64_t n);
void truncated_normal(DType dtype, const Key& key, float mean, float stddev, float* y, int64_t n);

void half_uniform(Half dtype, const Key& key, float minimum, float maximum, float* y, int64_t n);
void half_normal(Half dtype, const Key& key, float mean, float stddev, float* y, int64_t n);
void half_truncated_normal(Half dtype, const Key& key, float mean, float stddev, float* y,
                           int64_t n);

}  // namespace keras::random
