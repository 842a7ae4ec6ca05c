// Applies functions of vectors to arrays; the last elements are padded to a vector, so that all
// take the same path.
#pragma once

#include <cstdint>

#include "kernels/simd.h"

namespace keras::kernels {

template <class F>
KERAS_INLINE void map(const float* x, float* y, int64_t n, const F& f) {
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) store(y + i, f(load(x + i)));
  if (i < n) store_partial(y + i, f(load_partial(x + i, n - i)), n - i);
}

template <class F>
KERAS_INLINE void map(const float* a, const float* b, float* y, int64_t n, const F& f) {
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) store(y + i, f(load(a + i), load(b + i)));
  if (i < n) store_partial(y + i, f(load_partial(a + i, n - i), load_partial(b + i, n - i)), n - i);
}

}  // namespace keras::kernels
