// Stable sorting along one axis, and top k.
#pragma once

#include <cstdint>

namespace keras::kernels {

// x is [rows, size] (move the axis to the end first). Ascending and stable, NaN last. Either result
// may be null. `order` (size numbers) is scratch. T is float, int32_t, uint32_t or uint8_t.
template <class T>
void sort_rows(const T* x, T* values, int32_t* indices, int64_t rows, int64_t size,
               uint64_t* order);

// The k largest values of each row, in descending order; ties by lower index; NaN counts
// as the largest.
template <class T>
void top_k(const T* x, T* values, int32_t* indices, int64_t rows, int64_t size, int64_t k,
           uint64_t* order);

}  // namespace keras::kernels
