// Conversions between number types, with XLA's rules.
#pragma once

#include <cstdint>

namespace keras::kernels {

// Half values are stored in uint16_t; rounds to nearest, ties to even; overflow gives infinity; NaN
// stays NaN.
void float16_to_float(const uint16_t* x, float* y, int64_t n);
void float_to_float16(const float* x, uint16_t* y, int64_t n);
void bfloat16_to_float(const uint16_t* x, float* y, int64_t n);
void float_to_bfloat16(const float* x, uint16_t* y, int64_t n);

// Rounds to values of a half type, kept as float; y may alias x.
void round_to_float16(const float* x, float* y, int64_t n);
void round_to_bfloat16(const float* x, float* y, int64_t n);

// Between float, double, int8_t ... uint64_t. Float to integer truncates and saturates, and NaN
// becomes 0; integer to integer wraps.
template <class From, class To>
void convert(const From* x, To* y, int64_t n);

// To bool (a byte, 0 or 1): all but zero is true, including NaN.
template <class From>
void convert_to_bool(const From* x, uint8_t* y, int64_t n);

float float16_to_float(uint16_t bits);
uint16_t float_to_float16(float value);
float bfloat16_to_float(uint16_t bits);
uint16_t float_to_bfloat16(float value);

}  // namespace keras::kernels
