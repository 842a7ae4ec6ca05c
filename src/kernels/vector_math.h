// Exponentials, logarithms and their relatives on four floats. The stated errors are the largest
// relative ones that native-tests/kernels/vector_math_test.cpp finds; infinities and NaN give what
// the C library gives.
#pragma once

#include <cmath>
#include <unsupported/Eigen/SpecialFunctions>

#include "kernels/simd.h"

namespace keras::kernels {

// As jnp.maximum and jnp.minimum: NaN if either is.
KERAS_INLINE Vec maximum(Vec a, Vec b) { return select(equal(b, b), max(a, b), b); }
KERAS_INLINE Vec minimum(Vec a, Vec b) { return select(equal(b, b), min(a, b), b); }

KERAS_INLINE Vec log(Vec x) { return {Eigen::internal::plog(x.v)}; }      // 2.2e-7
KERAS_INLINE Vec tanh(Vec x) { return {Eigen::internal::ptanh(x.v)}; }    // 3.4e-7
KERAS_INLINE Vec sin(Vec x) { return {Eigen::internal::psin(x.v)}; }      // 1.6e-7
KERAS_INLINE Vec cos(Vec x) { return {Eigen::internal::pcos(x.v)}; }      // 1.7e-7
KERAS_INLINE Vec atan(Vec x) { return {Eigen::internal::patan(x.v)}; }    // 2.4e-7
KERAS_INLINE Vec log1p(Vec x) { return {Eigen::internal::plog1p(x.v)}; }  // 2.7e-7
KERAS_INLINE Vec erf(Vec x) {
  return {Eigen::internal::generic_fast_erf<float>::run(x.v)};
}  // 3.6e-7

// e^x = 2^n * e^r with |r| <= ln(2) / 2, and e^r = 1 + r + r^2 p(r), where p is Cephes's polynomial
// of degree 5.
struct ExpParts {
  Vec r_part;     // e^r - 1
  Vec low, high;  // low * high == 2^n: one factor alone could overflow
};
KERAS_INLINE ExpParts exp_parts(Vec x) {
  // Adding and taking away 1.5 * 2^23 rounds to an integer, which is then found in the low bits.
  const Vec magic = splat(12582912.f);
  const Vec shifted = x * splat(1.44269504088896341f) + magic;
  const Vec n = shifted - magic;
  Vec r = x - n * splat(0.693359375f);
  r = r - n * splat(-2.12194440e-4f);
  Vec p = splat(1.9875691500e-4f);
  p = madd(p, r, splat(1.3981999507e-3f));
  p = madd(p, r, splat(8.3334519073e-3f));
  p = madd(p, r, splat(4.1665795894e-2f));
  p = madd(p, r, splat(1.6666665459e-1f));
  p = madd(p, r, splat(5.0000001201e-1f));
  const IntVec exponent = as_ints(shifted) - splat_int(0x4B400000);
  const IntVec half = shift_right<1>(exponent);
  ExpParts parts;
  parts.r_part = madd(p, r * r, r);
  parts.low = as_floats(shift_left<23>(half + splat_int(127)));
  parts.high = as_floats(shift_left<23>(exponent - half + splat_int(127)));
  return parts;
}

KERAS_INLINE Vec exp(Vec x) {  // 8e-8; 8.3e-8 with relaxed SIMD
  const ExpParts parts = exp_parts(min(max(x, splat(-104.f)), splat(89.f)));
  return (parts.r_part + splat(1.f)) * parts.low * parts.high;
}

KERAS_INLINE Vec expm1(Vec x) {  // 1.2e-7
  const ExpParts parts = exp_parts(min(max(x, splat(-104.f)), splat(89.f)));
  const Vec power = parts.low * parts.high;
  const Vec near = madd(parts.r_part, power, power - splat(1.f));
  const Vec far = (parts.r_part + splat(1.f)) * parts.low *
                  parts.high;  // where 2^n may overflow and the 1 is too small to matter
  // x itself where it is tiny: keeps -0 and denormals.
  const Vec result = select(less(splat(60.f), x), far, near);
  return select(less(abs(x), splat(1e-30f)), x, result);
}

KERAS_INLINE Vec sigmoid(Vec x) { return splat(1.f) / (splat(1.f) + exp(-x)); }  // 1.5e-7

// log(1 + e^x) without overflow.
KERAS_INLINE Vec softplus(Vec x) {  // 3.0e-7
  return max(x, zero()) + log1p(exp(-abs(x)));
}

}  // namespace keras::kernels
