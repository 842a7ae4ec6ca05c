// Transposes a matrix in blocks that fit the first-level cache.
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/simd.h"

namespace keras::kernels {

// dst[j * dst_stride + i] = src[i * src_stride + j] for i < n and j < m.
template <class T>
void transpose_block(const T* src, int64_t src_stride, T* dst, int64_t dst_stride, int64_t n,
                     int64_t m) {
  constexpr int64_t kBlock = 32;
  for (int64_t i0 = 0; i0 < n; i0 += kBlock) {
    const int64_t i1 = std::min(n, i0 + kBlock);
    for (int64_t j0 = 0; j0 < m; j0 += kBlock) {
      const int64_t j1 = std::min(m, j0 + kBlock);
      int64_t i = i0;
      if constexpr (sizeof(T) == 4) {
        for (; i + kLanes <= i1; i += kLanes) {
          const float* x = reinterpret_cast<const float*>(src + i * src_stride);
          int64_t j = j0;
          for (; j + kLanes <= j1; j += kLanes) {
            Vec rows[kLanes];
            for (int r = 0; r < kLanes; ++r) rows[r] = load(x + r * src_stride + j);
            transpose4(rows[0], rows[1], rows[2], rows[3]);
            float* y = reinterpret_cast<float*>(dst + j * dst_stride + i);
            for (int r = 0; r < kLanes; ++r) store(y + r * dst_stride, rows[r]);
          }
          for (; j < j1; ++j) {
            for (int r = 0; r < kLanes; ++r)
              dst[j * dst_stride + i + r] = src[(i + r) * src_stride + j];
          }
        }
      }
      for (; i < i1; ++i) {
        for (int64_t j = j0; j < j1; ++j) dst[j * dst_stride + i] = src[i * src_stride + j];
      }
    }
  }
}

}  // namespace keras::kernels
