// Rows of floats as 8-bit integers, each with a scale of its own (keras.quantizers.abs_max_quantize
// along the last axis).
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/int8_format.h"

namespace keras::kernels {

// scale = high / (largest magnitude + epsilon); values are x * scale, rounded half to even, within
// [low, high], which are integers from -128 to 127. NaN becomes 0.
struct QuantizedRange {
  float low = -127.f, high = 127.f, epsilon = 1e-7f;
};

// Rows as gemm_int8.h reads them: int16_t for pairs, else int8_t, of which kUnsignedQuads has
// each 128 higher, modulo 256. Rows are row_bytes(format, k) apart, and zeros follow their end.
int64_t row_bytes(Int8Format format, int64_t k);

// Writes m rows of k values, and their scales.
void quantize_rows(Int8Format format, const float* x, int64_t ldx, int64_t m, int64_t k,
                   const QuantizedRange& range, std::byte* rows, float* scales);
// The same for rows that are integers already.
void copy_rows(Int8Format format, const int8_t* x, int64_t ldx, int64_t m, int64_t k,
               std::byte* rows);

}  // namespace keras::kernels
