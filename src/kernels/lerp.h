// Points between two arrays.
#pragma once

#include <cstdint>

namespace keras::kernels {

// y = a + t * (b - a), written so that t = 0 gives a, t = 1 gives b, and equal elements stay what
// they are. y may be a or b. T is float or double.
template <class T>
void lerp(const T* a, const T* b, T t, T* y, int64_t n);

}  // namespace keras::kernels
