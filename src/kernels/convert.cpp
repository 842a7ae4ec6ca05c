#include "kernels/convert.h"

#include <bit>
#include <cmath>
#include <limits>
#include <type_traits>

namespace keras::kernels {
namespace {

// Float to integer saturates; NaN becomes 0.
template <class From, class To>
To convert_one(From x) {
  if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To> && sizeof(To) < 4) {
    // Without branches, so that compilers use vectors.
    constexpr From kLow = std::numeric_limits<To>::min(), kHigh = std::numeric_limits<To>::max();
    const From number = std::isnan(x) ? From(0) : x;
    const From low = number < kLow ? kLow : number;
    return static_cast<To>(static_cast<int32_t>(low > kHigh ? kHigh : low));
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    // Limits are powers of two or one less, so compare with the power, which is exact.
    constexpr To kHalf = std::numeric_limits<To>::max() / 2 + 1;
    constexpr From kLow = static_cast<From>(std::numeric_limits<To>::min());
    constexpr From kAbove = static_cast<From>(kHalf) * 2;
    if (std::isnan(x)) return 0;
    if (x >= kAbove) return std::numeric_limits<To>::max();
    if (x <= kLow) return std::numeric_limits<To>::min();
  }
  return static_cast<To>(x);
}

template <class From, class To, class F>
void each(const From* x, To* y, int64_t n, const F& f) {
  for (int64_t i = 0; i < n; ++i) y[i] = f(x[i]);
}

}  // namespace

float float16_to_float(uint16_t bits) {
  const uint32_t sign = (bits & 0x8000u) << 16;
  const uint32_t exponent = (bits >> 10) & 0x1Fu;
  const uint32_t fraction = bits & 0x3FFu;
  if (exponent == 0) {  // zero or subnormal: fraction * 2^-24
    const float value = static_cast<float>(fraction) * 0x1p-24f;
    return sign != 0 ? -value : value;
  }
  const uint32_t wide = exponent == 0x1F ? 0xFFu : exponent + 112;
  return std::bit_cast<float>(sign | wide << 23 | fraction << 13);
}

uint16_t float_to_float16(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const uint32_t sign = bits >> 16 & 0x8000u;
  const uint32_t magnitude = bits & 0x7FFFFFFFu;
  if (magnitude > 0x7F800000u) return static_cast<uint16_t>(sign | 0x7E00u);  // NaN
  if (magnitude >= 0x477FF000u)
    return static_cast<uint16_t>(sign | 0x7C00u);  // rounds to 65536 or more
  if (magnitude < 0x38800000u) {
    // Subnormal: adding 0.5 leaves the rounded result in the last bits of the fraction.
    const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
    return static_cast<uint16_t>(sign | (std::bit_cast<uint32_t>(shifted) - 0x3F000000u));
  }
  const uint32_t odd = magnitude >> 13 & 1u;
  return static_cast<uint16_t>(sign | ((magnitude - 0x38000000u + 0xFFFu + odd) >> 13));
}

float bfloat16_to_float(uint16_t bits) {
  return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16);
}

uint16_t float_to_bfloat16(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  if ((bits & 0x7FFFFFFFu) > 0x7F800000u)
    return static_cast<uint16_t>((bits >> 16 & 0x8000u) | 0x7FC0u);
  const uint32_t odd = bits >> 16 & 1u;
  return static_cast<uint16_t>((bits + 0x7FFFu + odd) >> 16);
}

void float16_to_float(const uint16_t* x, float* y, int64_t n) {
  each(x, y, n, [](uint16_t bits) { return float16_to_float(bits); });
}
void float_to_float16(const float* x, uint16_t* y, int64_t n) {
  each(x, y, n, [](float value) { return float_to_float16(value); });
}
void bfloat16_to_float(const uint16_t* x, float* y, int64_t n) {
  each(x, y, n, [](uint16_t bits) { return bfloat16_to_float(bits); });
}
void float_to_bfloat16(const float* x, uint16_t* y, int64_t n) {
  each(x, y, n, [](float value) { return float_to_bfloat16(value); });
}
void round_to_float16(const float* x, float* y, int64_t n) {
  each(x, y, n, [](float value) { return float16_to_float(float_to_float16(value)); });
}
void round_to_bfloat16(const float* x, float* y, int64_t n) {
  each(x, y, n, [](float value) { return bfloat16_to_float(float_to_bfloat16(value)); });
}

template <class From, class To>
void convert(const From* x, To* y, int64_t n) {
  each(x, y, n, convert_one<From, To>);
}

template <class From>
void convert_to_bool(const From* x, uint8_t* y, int64_t n) {
  each(x, y, n, [](From value) { return static_cast<uint8_t>(value != From(0)); });
}

// NOLINTBEGIN(bugprone-macro-parentheses): the arguments are types
#define KERAS_INSTANTIATE_TO(From, To) template void convert(const From*, To*, int64_t);
#define KERAS_INSTANTIATE(From)        \
  KERAS_INSTANTIATE_TO(From, float)    \
  KERAS_INSTANTIATE_TO(From, double)   \
  KERAS_INSTANTIATE_TO(From, int8_t)   \
  KERAS_INSTANTIATE_TO(From, int16_t)  \
  KERAS_INSTANTIATE_TO(From, int32_t)  \
  KERAS_INSTANTIATE_TO(From, int64_t)  \
  KERAS_INSTANTIATE_TO(From, uint8_t)  \
  KERAS_INSTANTIATE_TO(From, uint16_t) \
  KERAS_INSTANTIATE_TO(From, uint32_t) \
  KERAS_INSTANTIATE_TO(From, uint64_t) \
  template void convert_to_bool(const From*, uint8_t*, int64_t);
KERAS_INSTANTIATE(float)
KERAS_INSTANTIATE(double)
KERAS_INSTANTIATE(int8_t)
KERAS_INSTANTIATE(int16_t)
KERAS_INSTANTIATE(int32_t)
KERAS_INSTANTIATE(int64_t)
KERAS_INSTANTIATE(uint8_t)
KERAS_INSTANTIATE(uint16_t)
KERAS_INSTANTIATE(uint32_t)
KERAS_INSTANTIATE(uint64_t)
#undef KERAS_INSTANTIATE
#undef KERAS_INSTANTIATE_TO
// NOLINTEND(bugprone-macro-parentheses)

}  // namespace keras::kernels
