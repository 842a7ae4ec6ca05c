#include "kernels/sort.h"

#include <algorithm>
#include <numeric>

#include "kernels/scalar_math.h"

namespace keras::kernels {
namespace {

// Ascending, NaN last.
template <class T>
bool precedes(T a, T b) {
  return a < b || (is_nan(b) && !is_nan(a));
}

template <class T>
void write(const T* x, const int32_t* order, int64_t count, T*& values, int32_t*& indices) {
  if (values != nullptr) {
    for (int64_t i = 0; i < count; ++i) *values++ = x[order[i]];
  }
  if (indices != nullptr) indices = std::copy_n(order, count, indices);
}

}  // namespace

template <class T>
void sort_rows(const T* x, T* values, int32_t* indices, int64_t rows, int64_t size,
               int32_t* order) {
  for (int64_t row = 0; row < rows; ++row, x += size) {
    std::iota(order, order + size, 0);
    // The index breaks ties, which makes the order stable without the memory of a stable sort.
    std::sort(order, order + size, [&](int32_t a, int32_t b) {
      if (precedes(x[a], x[b])) return true;
      return !precedes(x[b], x[a]) && a < b;
    });
    write(x, order, size, values, indices);
  }
}

template <class T>
void top_k(const T* x, T* values, int32_t* indices, int64_t rows, int64_t size, int64_t k,
           int32_t* order) {
  for (int64_t row = 0; row < rows; ++row, x += size) {
    std::iota(order, order + size, 0);
    std::partial_sort(order, order + k, order + size, [&](int32_t a, int32_t b) {
      if (precedes(x[b], x[a])) return true;
      return !precedes(x[a], x[b]) && a < b;
    });
    write(x, order, k, values, indices);
  }
}

// NOLINTBEGIN(bugprone-macro-parentheses): the arguments are types
#define KERAS_INSTANTIATE(T)                                                   \
  template void sort_rows(const T*, T*, int32_t*, int64_t, int64_t, int32_t*); \
  template void top_k(const T*, T*, int32_t*, int64_t, int64_t, int64_t, int32_t*);
KERAS_INSTANTIATE(float)
KERAS_INSTANTIATE(int32_t)
KERAS_INSTANTIATE(int64_t)
KERAS_INSTANTIATE(uint32_t)
KERAS_INSTANTIATE(uint8_t)
#undef KERAS_INSTANTIATE
// NOLINTEND(bugprone-macro-parentheses)

}  // namespace keras::kernels
