// Scalar functions that the C library lacks.
#pragma once

#include <cmath>
#include <type_traits>

namespace keras::kernels {

// For any number type; false for integers.
template <class T>
bool is_nan(T x) {
  if constexpr (std::is_floating_point_v<T>) return std::isnan(x);
  return false;
}

// Inverse of erf (Giles 2010, single precision): +-infinity at +-1, NaN outside.
float erfinv(float x);

}  // namespace keras::kernels
