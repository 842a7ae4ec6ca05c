// Linear interpolation between two arrays.
#pragma once

#include <cstdint>

namespace keras::kernels {

// y = a + t * (b - a), exact for t = 0, t = 1 and equal elements. y may alias a or b. T is
// float or double.
template <class T>
void lerp(const T* a, const T* b, T t, T* y, int64_t n);

}  // namespace keras::kernels
