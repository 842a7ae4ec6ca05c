#include "random/half_draws.h"

#include <algorithm>
#include <cmath>

#include "base/half.h"
#include "random/distributions.h"
#include "random/draws.h"

namespace keras::random {
namespace {

// Arithmetic that rounds every result to the half dtype.
class Arithmetic {
 public:
  explicit Arithmetic(Half dtype) : dtype_(dtype) {}

  float round(float x) const {
    return dtype_ == Half::kFloat16 ? float16_to_float(float_to_float16(x))
                                    : bfloat16_to_float(float_to_bfloat16(x));
  }
  float add(float a, float b) const { return round(a + b); }
  float multiply(float a, float b) const { return round(a * b); }

  // The mantissa bits, which are all that is drawn.
  int mantissa_bits() const { return dtype_ == Half::kFloat16 ? 10 : 7; }
  // Random bits per value; the lowest ones are dropped.
  int random_bits() const { return dtype_ == Half::kFloat16 ? 16 : 8; }
  // The largest value below a power of two.
  float below(float x) const { return x - std::ldexp(x, -mantissa_bits() - 1); }

 private:
  Half dtype_;
};

class Uniform {
 public:
  Uniform(const Arithmetic& half, const Key& key, float minimum, float maximum)
      : half_(half),
        key_(key),
        minimum_(half.round(minimum)),
        span_(half.add(half.round(maximum), -minimum_)) {}

  float operator()(int64_t i) const {
    const uint32_t bits =
        random_bits(key_, static_cast<uint64_t>(i)) & ((1u << half_.random_bits()) - 1);
    const uint32_t mantissa = bits >> (half_.random_bits() - half_.mantissa_bits());
    const float unit = std::ldexp(static_cast<float>(mantissa), -half_.mantissa_bits());
    return std::max(minimum_, half_.add(half_.multiply(unit, span_), minimum_));
  }

 private:
  Arithmetic half_;
  Key key_;
  float minimum_, span_;
};

// sqrt(2) * erfinv(u)
float normal_of(const Arithmetic& half, float u) {
  return half.multiply(half.round(xla_erfinv(u)), half.round(1.41421354f));
}

float scaled(const Arithmetic& half, float x, float mean, float stddev) {
  return half.add(half.multiply(x, half.round(stddev)), half.round(mean));
}

}  // namespace

std::optional<Half> half_of(DType dtype) {
  if (dtype == DType::kFloat16) return Half::kFloat16;
  if (dtype == DType::kBFloat16) return Half::kBFloat16;
  return {};
}

void half_uniform(Half dtype, const Key& key, float minimum, float maximum, float* y, int64_t n) {
  const Uniform uniform(Arithmetic(dtype), key, minimum, maximum);
  for (int64_t i = 0; i < n; ++i) y[i] = uniform(i);
}

void half_normal(Half dtype, const Key& key, float mean, float stddev, float* y, int64_t n) {
  const Arithmetic half(dtype);
  const Uniform uniform(half, key, -half.below(1.f), 1.f);
  for (int64_t i = 0; i < n; ++i) y[i] = scaled(half, normal_of(half, uniform(i)), mean, stddev);
}

void half_truncated_normal(Half dtype, const Key& key, float mean, float stddev, float* y,
                           int64_t n) {
  const Arithmetic half(dtype);
  // erf(2 / sqrt(2)) with every step rounded.
  const float root = half.round(1.41421354f);
  const float bound = half.round(static_cast<float>(std::erf(half.round(2.f / root))));
  const Uniform uniform(half, key, -bound, bound);
  const float largest = half.below(2.f);
  for (int64_t i = 0; i < n; ++i) {
    y[i] = scaled(half, std::clamp(normal_of(half, uniform(i)), -largest, largest), mean, stddev);
  }
}

void uniform(DType dtype, const Key& key, float minimum, float maximum, float* y, int64_t n) {
  if (const auto half = half_of(dtype)) return half_uniform(*half, key, minimum, maximum, y, n);
  uniform(key, minimum, maximum, y, n);
}

void normal(DType dtype, const Key& key, float mean, float stddev, float* y, int64_t n) {
  if (const auto half = half_of(dtype)) return half_normal(*half, key, mean, stddev, y, n);
  normal(key, mean, stddev, y, n);
}

void truncated_normal(DType dtype, const Key& key, float mean, float stddev, float* y, int64_t n) {
  if (const auto half = half_of(dtype)) {
    return half_truncated_normal(*half, key, mean, stddev, y, n);
  }
  truncated_normal(key, mean, stddev, y, n);
}

}  // namespace keras::random
