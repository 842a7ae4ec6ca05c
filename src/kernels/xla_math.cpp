#include "kernels/xla_math.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace keras::kernels {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// Horner's rule with one rounding per step.
template <int N>
float polynomial(const float (&coefficients)[N], float x) {
  float result = coefficients[0];
  for (int i = 1; i < N; ++i) result = fma(result, x, coefficients[i]);
  return result;
}

}  // namespace

float fma(float a, float b, float c) {
  // The product is exact in float64. The sum is rounded to odd, so that rounding it again to
  // float32 is as good as rounding once.
  const double product = static_cast<double>(a) * static_cast<double>(b);
  const double addend = c;
  const double sum = product + addend;
  const double part = sum - product;
  const double error = (product - (sum - part)) + (addend - part);
  uint64_t bits = std::bit_cast<uint64_t>(sum);
  if (error != 0.0 && (bits & 1) == 0 && std::isfinite(sum)) {
    const bool outward = (error > 0.0) == (sum > 0.0);
    bits += outward ? 1 : -1;
    return static_cast<float>(std::bit_cast<double>(bits));
  }
  return static_cast<float>(sum);
}

// Cephes's logf as Eigen arranges it, with the multiply-adds that LLVM fuses.
float xla_log(float x) {
  if (x == 0.f) return -kInfinity;
  if (x == kInfinity) return kInfinity;
  if (x < 0.f || std::isnan(x)) return kNan;
  const uint32_t bits = std::bit_cast<uint32_t>(std::max(x, 1.17549435e-38f));
  float exponent = static_cast<float>(static_cast<int32_t>(bits >> 23) - 127) + 1.f;
  float m = std::bit_cast<float>((bits & 0x007FFFFFu) | 0x3F000000u);
  const bool low = m < 0.707106781186547524f;
  const float extra = low ? m : 0.f;
  m = m + -1.f;
  if (low) exponent = exponent - 1.f;
  m = m + extra;
  const float m2 = m * m;
  const float m3 = m2 * m;
  const float a = polynomial({7.0376836292e-2f, -1.1514610310e-1f, 1.1676998740e-1f}, m);
  const float b = polynomial({-1.2420140846e-1f, 1.4249322787e-1f, -1.6668057665e-1f}, m);
  const float c = polynomial({2.0000714765e-1f, -2.4999993993e-1f, 3.3333331174e-1f}, m);
  float y = fma(a, m3, b);
  y = fma(y, m3, c);
  y = fma(m3, y, exponent * -2.12194440e-4f);
  m = fma(-0.5f, m2, m);
  return fma(exponent, 0.693359375f, m + y);
}

float xla_log1p(float x) {
  if (!(std::fabs(x) < 0.41421356237309504880f)) return xla_log(x + 1.f);
  const float numerator = polynomial(
      {4.5270000862445199635215e-5f, 4.9854102823193375972212e-1f, 6.5787325942061044846969e0f,
       2.9911919328553073277375e1f, 6.0949667980987787057556e1f, 5.7112963590585538103336e1f,
       2.0039553499201281259648e1f},
      x);
  const float denominator = polynomial(
      {1.f, 1.5062909083469192043167e1f, 8.3047565967967209469434e1f, 2.2176239823732856465394e2f,
       3.0909872225312059774938e2f, 2.1642788614495947685003e2f, 6.0118660497603843919306e1f},
      x);
  const float x2 = x * x;
  const float tail = (x * x2) * (numerator / denominator);
  return x + fma(-0.5f, x2, tail);
}

// Giles 2010, single precision.
float xla_erfinv(float x) {
  if (std::fabs(x) == 1.f) return x * kInfinity;
  const float w = -xla_log1p(x * -x);
  const float p =
      w < 5.f
          ? polynomial(
                {2.81022636e-08f, 3.43273939e-07f, -3.5233877e-06f, -4.39150654e-06f,
                 0.00021858087f, -0.00125372503f, -0.00417768164f, 0.246640727f, 1.50140941f},
                w - 2.5f)
          : polynomial({-0.000200214257f, 0.000100950558f, 0.00134934322f, -0.00367342844f,
                        0.00573950773f, -0.0076224613f, 0.00943887047f, 1.00167406f, 2.83297682f},
                       std::sqrt(std::max(w, 0.f)) - 3.f);
  return p * x;
}

}  // namespace keras::kernels
