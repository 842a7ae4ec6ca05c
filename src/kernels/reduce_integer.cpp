#include <algorithm>
#include <limits>
#include <stdexcept>

#include "kernels/integer_math.h"
#include "kernels/reduce.h"
#include "kernels/reduction_walk.h"
#include "kernels/scalar_math.h"

namespace keras::kernels {
namespace {

template <class T, class F>
void run(const T* x, T* y, const Reduction& by, T start, const F& join) {
  const ReductionWalk walk(by);
  for_each_offset(walk.kept, walk.kept_strides, [&](int64_t kept) {
    const int64_t width = walk.inner_reduced ? 1 : walk.inner;
    std::fill_n(y, width, start);
    for_each_offset(walk.reduced, walk.reduced_strides, [&](int64_t offset) {
      const T* row = x + kept + offset;
      for (int64_t i = 0; i < walk.inner; ++i) {
        T& total = y[walk.inner_reduced ? 0 : i];
        total = join(total, row[i]);
      }
    });
    y += width;
  });
}

template <class T, class Better>
void find_extreme(const T* x, int32_t* y, int64_t outer, int64_t size, int64_t inner,
                  const Better& better) {
  for (int64_t o = 0; o < outer; ++o) {
    for (int64_t i = 0; i < inner; ++i) {
      const T* line = x + o * size * inner + i;
      int64_t found = 0;
      for (int64_t j = 1; j < size && !is_nan(line[found * inner]); ++j) {
        const T value = line[j * inner];
        if (is_nan(value) || better(value, line[found * inner])) found = j;
      }
      y[o * inner + i] = static_cast<int32_t>(found);
    }
  }
}

}  // namespace

template <class T>
void reduce_integer(Reduce op, const T* x, T* y, const Reduction& by) {
  using I = IntegerMath<T>;
  switch (op) {
    case Reduce::kSum:
      return run<T>(x, y, by, 0, I::add);
    case Reduce::kProd:
      return run<T>(x, y, by, 1, I::multiply);
    case Reduce::kMax:
      return run<T>(x, y, by, std::numeric_limits<T>::min(),
                    [](T a, T b) { return a < b ? b : a; });
    case Reduce::kMin:
      return run<T>(x, y, by, std::numeric_limits<T>::max(),
                    [](T a, T b) { return b < a ? b : a; });
    default:
      throw std::invalid_argument("This reduction has no integer form.");
  }
}

void reduce_any(const uint8_t* x, uint8_t* y, const Reduction& by) {
  run<uint8_t>(x, y, by, 0,
               [](uint8_t a, uint8_t b) { return static_cast<uint8_t>(a | (b != 0)); });
}

void reduce_all(const uint8_t* x, uint8_t* y, const Reduction& by) {
  run<uint8_t>(x, y, by, 1,
               [](uint8_t a, uint8_t b) { return static_cast<uint8_t>(a & (b != 0)); });
}

template <class T>
void argmax(const T* x, int32_t* y, int64_t outer, int64_t size, int64_t inner) {
  find_extreme(x, y, outer, size, inner, [](T a, T b) { return a > b; });
}

template <class T>
void argmin(const T* x, int32_t* y, int64_t outer, int64_t size, int64_t inner) {
  find_extreme(x, y, outer, size, inner, [](T a, T b) { return a < b; });
}

// NOLINTBEGIN(bugprone-macro-parentheses): the arguments are types
#define KERAS_INSTANTIATE_ARG(T)                                       \
  template void argmax(const T*, int32_t*, int64_t, int64_t, int64_t); \
  template void argmin(const T*, int32_t*, int64_t, int64_t, int64_t);
#define KERAS_INSTANTIATE(T)                                            \
  template void reduce_integer(Reduce, const T*, T*, const Reduction&); \
  KERAS_INSTANTIATE_ARG(T)
KERAS_INSTANTIATE(int32_t)
KERAS_INSTANTIATE(int64_t)
KERAS_INSTANTIATE(uint32_t)
KERAS_INSTANTIATE(uint8_t)
KERAS_INSTANTIATE_ARG(float)
#undef KERAS_INSTANTIATE
#undef KERAS_INSTANTIATE_ARG
// NOLINTEND(bugprone-macro-parentheses)

}  // namespace keras::kernels
