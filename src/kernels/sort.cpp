#include "kernels/sort.h"

#include <algorithm>
#include <bit>
#include <type_traits>

#include "kernels/scalar_math.h"

namespace keras::kernels {
namespace {

// Maps values to integers with the same order, so that one sort serves all types. NaN is last.
template <class T>
uint32_t rank(T x) {
  if constexpr (std::is_same_v<T, float>) {
    if (is_nan(x)) return UINT32_MAX;
    const auto bits = std::bit_cast<uint32_t>(x + 0.0f);  // -0 equals 0
    return bits >> 31 ? ~bits : bits | 0x80000000u;
  } else if constexpr (std::is_signed_v<T>) {
    return static_cast<uint32_t>(x) ^ 0x80000000u;
  } else {
    return x;
  }
}

// Rank and index combined: ties are ordered by index, and no two entries are equal.
template <class T>
void number(const T* x, int64_t size, uint32_t mask, uint64_t* order) {
  for (int64_t i = 0; i < size; ++i) {
    order[i] = uint64_t{rank(x[i]) ^ mask} << 32 | static_cast<uint32_t>(i);
  }
}

template <class T>
void write(const T* x, const uint64_t* order, int64_t count, T*& values, int32_t*& indices) {
  for (int64_t i = 0; i < count; ++i) {
    const auto index = static_cast<int32_t>(order[i]);
    if (values != nullptr) *values++ = x[index];
    if (indices != nullptr) *indices++ = index;
  }
}

}  // namespace

template <class T>
void sort_rows(const T* x, T* values, int32_t* indices, int64_t rows, int64_t size,
               uint64_t* order) {
  for (int64_t row = 0; row < rows; ++row, x += size) {
    number(x, size, 0, order);
    std::sort(order, order + size);
    write(x, order, size, values, indices);
  }
}

template <class T>
void top_k(const T* x, T* values, int32_t* indices, int64_t rows, int64_t size, int64_t k,
           uint64_t* order) {
  for (int64_t row = 0; row < rows; ++row, x += size) {
    number(x, size, UINT32_MAX, order);
    std::partial_sort(order, order + k, order + size);
    write(x, order, k, values, indices);
  }
}

// NOLINTBEGIN(bugprone-macro-parentheses): the arguments are types
#define KERAS_INSTANTIATE(T)                                                    \
  template void sort_rows(const T*, T*, int32_t*, int64_t, int64_t, uint64_t*); \
  template void top_k(const T*, T*, int32_t*, int64_t, int64_t, int64_t, uint64_t*);
KERAS_INSTANTIATE(float)
KERAS_INSTANTIATE(int32_t)
KERAS_INSTANTIATE(uint32_t)
KERAS_INSTANTIATE(uint8_t)
#undef KERAS_INSTANTIATE
// NOLINTEND(bugprone-macro-parentheses)

}  // namespace keras::kernels
