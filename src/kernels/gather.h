// Selects rows and elements by index.
#pragma once

#include <cstdint>

namespace keras::kernels {

// keras.ops.take along one axis: src is [outer, size, inner], dst is [outer, count, inner].
// Negative indices count from the end; an index out of range gives `fill` (one element; JAX uses
// NaN for floats, the minimum for signed integers, the maximum for unsigned ones, true for
// booleans). Elements have 1, 2, 4 or 8 bytes.
void take(const void* src, int64_t outer, int64_t size, int64_t inner, const int32_t* indices,
          int64_t count, const void* fill, void* dst, int element_size);

// keras.ops.take_along_axis: indices and dst are [outer, count, inner].
void take_along_axis(const void* src, int64_t outer, int64_t size, int64_t inner,
                     const int32_t* indices, int64_t count, const void* fill, void* dst,
                     int element_size);

// y[i, classes] = 1 at indices[i], else 0; a negative or too large index gives a row of zeros.
void one_hot(const int32_t* indices, int64_t count, int64_t classes, float* y);

// Combines row i of updates[count, width] with row indices[i] of y[rows, width], in order; drops
// indices out of range.
enum class Scatter : uint8_t { kUpdate, kAdd, kMax, kMin, kMultiply };
void scatter_rows(Scatter op, const float* updates, const int32_t* indices, int64_t count,
                  int64_t width, float* y, int64_t rows);

}  // namespace keras::kernels
