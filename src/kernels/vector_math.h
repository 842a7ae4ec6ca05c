// Exponentials, logarithms and related functions of four floats. The stated errors are the largest
// relative ones found by native-tests/kernels/vector_math_test.cpp; infinities and NaN behave as in
// the C library.
#pragma once

#include <cmath>
#include <unsupported/Eigen/SpecialFunctions>

#include "kernels/simd.h"

namespace keras::kernels {

// As jnp.maximum and jnp.minimum: NaN when either operand is.
KERAS_INLINE Vec maximum(Vec a, Vec b) { return select(equal(b, b), max(a, b), b); }
KERAS_INLINE Vec minimum(Vec a, Vec b) { return select(equal(b, b), min(a, b), b); }

KERAS_INLINE Vec log(Vec x) { return {Eigen::internal::plog(x.v)}; }      // 2.2e-7
KERAS_INLINE Vec sin(Vec x) { return {Eigen::internal::psin(x.v)}; }      // 1.6e-7
KERAS_INLINE Vec cos(Vec x) { return {Eigen::internal::pcos(x.v)}; }      // 1.7e-7
KERAS_INLINE Vec atan(Vec x) { return {Eigen::internal::patan(x.v)}; }    // 2.4e-7
KERAS_INLINE Vec log1p(Vec x) { return {Eigen::internal::plog1p(x.v)}; }  // 2.7e-7
KERAS_INLINE Vec erf(Vec x) {
  return {Eigen::internal::generic_fast_erf<float>::run(x.v)};
}  // 3.6e-7

// Objects that hold their constants, so that a loop loads them once.

// e^x = 2^n * e^r with an integer n and |r| <= ln(2) / 2. Adding and subtracting 1.5 * 2^23 rounds
// to an integer; adding the exponent bias as well makes the low bits of the sum equal 2^n's.
struct ExpParts {
  Vec r_part;   // e^r - 1
  Vec shifted;  // n + ExpSplit::kMagic
  // For -127 <= n <= 128; 2^-127 becomes 0, and 2^128 infinity.
  KERAS_INLINE Vec power() const { return as_floats(shift_left<23>(as_ints(shifted))); }
};
class ExpSplit {
 public:
  static constexpr float kMagic = 12582912.f + 127.f;

  KERAS_INLINE ExpParts operator()(Vec x) const {
    ExpParts parts;
    parts.shifted = madd(x, log2e_, magic_);
    const Vec n = parts.shifted - magic_;
    Vec r = nmadd(n, ln2_high_, x);
    r = nmadd(n, ln2_low_, r);
    // Cephes's polynomial: e^r = 1 + r + r^2 p(r).
    Vec p = p_[0];
    KERAS_UNROLL
    for (int i = 1; i < 6; ++i) p = madd(p, r, p_[i]);
    parts.r_part = madd(p, r * r, r);
    return parts;
  }

 private:
  Vec log2e_ = constant<1.44269504088896341f>(), magic_ = constant<kMagic>();
  Vec ln2_high_ = constant<0.693359375f>(), ln2_low_ = constant<-2.12194440e-4f>();
  Vec p_[6] = {constant<1.9875691500e-4f>(), constant<1.3981999507e-3f>(),
               constant<8.3334519073e-3f>(), constant<4.1665795894e-2f>(),
               constant<1.6666665459e-1f>(), constant<5.0000001201e-1f>()};
};

// 2^n as a product, because a single factor could overflow for large n.
class PowerOfTwo {
 public:
  struct Factors {
    Vec low, high;
  };
  KERAS_INLINE Factors operator()(const ExpParts& parts) const {
    const IntVec n = as_ints(parts.shifted) - as_ints(zero_);
    const IntVec half = shift_right<1>(n);
    const IntVec one = as_ints(one_);
    return {as_floats(shift_left<23>(half) + one), as_floats(shift_left<23>(n - half) + one)};
  }

 private:
  Vec zero_ = constant<ExpSplit::kMagic>(), one_ = constant<1.f>();  // n = 0, and 2^0
};

class Exp {
 public:
  KERAS_INLINE Vec operator()(Vec x) const {
    const ExpParts parts = split_(min(max(x, low_), high_));
    const PowerOfTwo::Factors power = power_(parts);
    return (parts.r_part + one_) * power.low * power.high;
  }

 private:
  ExpSplit split_;
  PowerOfTwo power_;
  Vec low_ = constant<-104.f>(), high_ = constant<89.f>(), one_ = constant<1.f>();
};
KERAS_INLINE Vec exp(Vec x) { return Exp()(x); }  // 8e-8; 8.3e-8 with relaxed SIMD

// e^x for x <= 0; denormal results become 0.
class ExpOfNegative {
 public:
  KERAS_INLINE Vec operator()(Vec x) const {  // 1.2e-7
    const ExpParts parts = split_(max(x, low_));
    const Vec power = parts.power();
    return madd(parts.r_part, power, power);
  }

 private:
  ExpSplit split_;
  Vec low_ = constant<-88.f>();
};

class Expm1 {
 public:
  KERAS_INLINE Vec operator()(Vec x) const {
    const ExpParts parts = split_(min(max(x, low_), high_));
    const PowerOfTwo::Factors factors = power_(parts);
    const Vec power = factors.low * factors.high;
    const Vec near = madd(parts.r_part, power, power - one_);
    // Where 2^n may overflow, the 1 is negligible.
    const Vec far = (parts.r_part + one_) * factors.low * factors.high;
    const Vec result = select(less(far_, x), far, near);
    // Returns tiny x unchanged, which keeps -0 and denormals.
    return select(less(abs(x), tiny_), x, result);
  }

 private:
  ExpSplit split_;
  PowerOfTwo power_;
  Vec low_ = constant<-104.f>(), high_ = constant<89.f>(), one_ = constant<1.f>();
  Vec far_ = constant<60.f>(), tiny_ = constant<1e-30f>();
};
KERAS_INLINE Vec expm1(Vec x) { return Expm1()(x); }  // 1.2e-7

// 1 / (1 + e^-x).
class Sigmoid {
 public:
  KERAS_INLINE Vec operator()(Vec x) const {
    // Beyond these bounds e^-x is negligible or infinite.
    const ExpParts parts = split_(min(max(x ^ sign_, low_), high_));
    const Vec power = parts.power();
    return one_ / (madd(parts.r_part, power, power) + one_);
  }

 private:
  ExpSplit split_;
  Vec sign_ = constant<-0.f>(), low_ = constant<-20.f>(), high_ = constant<89.f>(),
      one_ = constant<1.f>();
};
KERAS_INLINE Vec sigmoid(Vec x) { return Sigmoid()(x); }  // 1.5e-7

#if KERAS_FUSED_MADD
// e / (e + 2), where e = e^2x - 1.
class Tanh {
 public:
  KERAS_INLINE Vec operator()(Vec x) const {
    // Beyond these bounds the result is 1 or -1.
    const ExpParts parts = split_(min(max(x + x, low_), high_));
    const Vec power = parts.power();
    const Vec e = madd(parts.r_part, power, power - one_);
    return e / (e + two_) | (x & sign_);  // keeps -0
  }

 private:
  ExpSplit split_;
  Vec low_ = constant<-20.f>(), high_ = constant<20.f>(), one_ = constant<1.f>(),
      two_ = constant<2.f>(), sign_ = constant<-0.f>();
};
#else
// Without fused multiply-add, Eigen's rational function is faster in some engines.
class Tanh {
 public:
  KERAS_INLINE Vec operator()(Vec x) const { return {Eigen::internal::ptanh(x.v)}; }
};
#endif
KERAS_INLINE Vec tanh(Vec x) { return Tanh()(x); }  // 3.4e-7; 1.8e-7 with relaxed SIMD

// log(1 + e^x) without overflow.
KERAS_INLINE Vec softplus(Vec x) {  // 3.0e-7
  return max(x, zero()) + log1p(exp(-abs(x)));
}

}  // namespace keras::kernels
