#include "kernels/scan.h"

#include <type_traits>

#include "kernels/integer_math.h"

namespace keras::kernels {
namespace {

template <class T>
T add(T a, T b) {
  if constexpr (std::is_integral_v<T>) return IntegerMath<T>::add(a, b);
  return a + b;
}
template <class T>
T multiply(T a, T b) {
  if constexpr (std::is_integral_v<T>) return IntegerMath<T>::multiply(a, b);
  return a * b;
}

template <class T>
void scan(const T* x, T* y, int64_t outer, int64_t size, int64_t inner, bool reverse, T start,
          T (*join)(T, T)) {
  const int64_t step = reverse ? -inner : inner;
  for (int64_t o = 0; o < outer; ++o) {
    for (int64_t i = 0; i < inner; ++i) {
      int64_t at = o * size * inner + i + (reverse ? (size - 1) * inner : 0);
      T total = start;
      for (int64_t j = 0; j < size; ++j, at += step) y[at] = total = join(total, x[at]);
    }
  }
}

}  // namespace

template <class T>
void cumsum(const T* x, T* y, int64_t outer, int64_t size, int64_t inner, bool reverse) {
  scan<T>(x, y, outer, size, inner, reverse, T(0), add<T>);
}

template <class T>
void cumprod(const T* x, T* y, int64_t outer, int64_t size, int64_t inner, bool reverse) {
  scan<T>(x, y, outer, size, inner, reverse, T(1), multiply<T>);
}

// NOLINTBEGIN(bugprone-macro-parentheses): the arguments are types
#define KERAS_INSTANTIATE(T)                                           \
  template void cumsum(const T*, T*, int64_t, int64_t, int64_t, bool); \
  template void cumprod(const T*, T*, int64_t, int64_t, int64_t, bool);
KERAS_INSTANTIATE(float)
KERAS_INSTANTIATE(int32_t)
KERAS_INSTANTIATE(int64_t)
#undef KERAS_INSTANTIATE
// NOLINTEND(bugprone-macro-parentheses)

}  // namespace keras::kernels
