// Running sums and products along one axis.
#pragma once

#include <cstdint>

namespace keras::kernels {

// x and y are [outer, size, inner]; T is float, int32_t or int64_t.
template <class T>
void cumsum(const T* x, T* y, int64_t outer, int64_t size, int64_t inner, bool reverse = false);
template <class T>
void cumprod(const T* x, T* y, int64_t outer, int64_t size, int64_t inner, bool reverse = false);

}  // namespace keras::kernels
