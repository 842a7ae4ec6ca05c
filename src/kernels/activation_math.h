// Keras's activations on four floats (keras/src/activations/activations.py; JAX's definitions where
// Keras calls them).
#pragma once

#include <limits>

#include "kernels/unary.h"
#include "kernels/vector_math.h"

namespace keras::kernels {

KERAS_INLINE Vec sign(Vec x) {
  const Vec one_with_sign = (x & splat(-0.f)) | splat(1.f);
  return select(less(zero(), abs(x)), one_with_sign, x);  // keeps zeros and NaN
}

KERAS_INLINE Vec relu6(Vec x) { return min(max(x, zero()), splat(6.f)); }
KERAS_INLINE Vec hard_sigmoid(Vec x) { return relu6(x + splat(3.f)) / splat(6.f); }
KERAS_INLINE Vec sparse_sigmoid(Vec x) {
  return splat(0.5f) * min(max(x, splat(-1.f)), splat(1.f)) + splat(0.5f);
}

// activations.relu with all arguments.
KERAS_INLINE Vec relu(Vec x, const UnaryParams& params) {
  const Vec slope = splat(params.a);
  const Vec threshold = splat(params.c);
  const bool clip = params.b != std::numeric_limits<float>::infinity();
  if (params.a != 0.f && !clip && params.c == 0.f) return select(less(x, zero()), slope * x, x);
  Vec positive = params.c == 0.f ? max(x, zero()) : x & less(threshold, x);
  if (clip) positive = min(max(positive, zero()), splat(params.b));
  if (params.a == 0.f) return positive;
  return positive - slope * max(threshold - x, zero());
}

KERAS_INLINE Vec elu(Vec x, Vec alpha) { return select(less(zero(), x), x, alpha * expm1(x)); }
KERAS_INLINE Vec celu(Vec x, Vec alpha) {
  return max(x, zero()) + alpha * expm1(min(x, zero()) / alpha);
}
KERAS_INLINE Vec selu(Vec x) { return splat(1.05070098735548f) * elu(x, splat(1.67326324235437f)); }

KERAS_INLINE Vec gelu(Vec x) {
  return splat(0.5f) * x * (splat(1.f) + erf(x * splat(0.707106781186547f)));
}
KERAS_INLINE Vec gelu_tanh(Vec x, const Tanh& tanh) {
  const Vec inner = splat(0.797884560802865f) * (x + splat(0.044715f) * (x * x * x));
  return x * (splat(0.5f) * (splat(1.f) + tanh(inner)));
}

KERAS_INLINE Vec sparse_plus(Vec x) {
  const Vec one = splat(1.f);
  const Vec middle = (x + one) * (x + one) * splat(0.25f);
  return select(less_equal(x, -one), zero(), select(less_equal(one, x), x, middle));
}

KERAS_INLINE Vec hard_shrink(Vec x, Vec threshold) {
  return select(less(threshold, abs(x)), x, zero());
}
KERAS_INLINE Vec soft_shrink(Vec x, Vec threshold) {
  const Vec below = x + threshold;
  return select(less(threshold, x), x - threshold, below & less(x, -threshold));
}

}  // namespace keras::kernels
