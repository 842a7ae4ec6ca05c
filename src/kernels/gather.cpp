#include "kernels/gather.h"

#include <algorithm>
#include <cstring>

#include "kernels/element.h"

namespace keras::kernels {
namespace {

// The position of an index on an axis of `size`, or -1.
int64_t place(int32_t index, int64_t size) {
  const int64_t result = index < 0 ? index + size : index;
  return result < size ? std::max<int64_t>(result, -1) : -1;
}

}  // namespace

void take(const void* src, int64_t outer, int64_t size, int64_t inner, const int32_t* indices,
          int64_t count, const void* fill, void* dst, int element_size) {
  with_element(element_size, [&](auto element) {
    using T = decltype(element);
    const T* x = static_cast<const T*>(src);
    T* y = static_cast<T*>(dst);
    for (int64_t o = 0; o < outer; ++o, x += size * inner) {
      for (int64_t i = 0; i < count; ++i, y += inner) {
        const int64_t row = place(indices[i], size);
        if (row < 0) {
          std::fill_n(y, inner, *static_cast<const T*>(fill));
        } else {
          std::memcpy(y, x + row * inner, static_cast<size_t>(inner) * sizeof(T));
        }
      }
    }
  });
}

void take_along_axis(const void* src, int64_t outer, int64_t size, int64_t inner,
                     const int32_t* indices, int64_t count, const void* fill, void* dst,
                     int element_size) {
  with_element(element_size, [&](auto element) {
    using T = decltype(element);
    const T* x = static_cast<const T*>(src);
    T* y = static_cast<T*>(dst);
    for (int64_t o = 0; o < outer; ++o, x += size * inner) {
      for (int64_t i = 0; i < count; ++i) {
        for (int64_t j = 0; j < inner; ++j) {
          const int64_t row = place(*indices++, size);
          *y++ = row < 0 ? *static_cast<const T*>(fill) : x[row * inner + j];
        }
      }
    }
  });
}

void one_hot(const int32_t* indices, int64_t count, int64_t classes, float* y) {
  std::fill_n(y, count * classes, 0.f);
  for (int64_t i = 0; i < count; ++i) {
    if (indices[i] >= 0 && indices[i] < classes) y[i * classes + indices[i]] = 1.f;
  }
}

void scatter_rows(Scatter op, const float* updates, const int32_t* indices, int64_t count,
                  int64_t width, float* y, int64_t rows) {
  const auto each = [&](auto f) {
    for (int64_t i = 0; i < count; ++i, updates += width) {
      const int64_t row = place(indices[i], rows);
      if (row < 0) continue;
      for (int64_t j = 0; j < width; ++j) {
        float& value = y[row * width + j];
        value = f(value, updates[j]);
      }
    }
  };
  switch (op) {
    case Scatter::kUpdate:
      return each([](float, float b) { return b; });
    case Scatter::kAdd:
      return each([](float a, float b) { return a + b; });
    case Scatter::kMax:
      return each([](float a, float b) { return a < b ? b : a; });
    case Scatter::kMin:
      return each([](float a, float b) { return b < a ? b : a; });
    case Scatter::kMultiply:
      return each([](float a, float b) { return a * b; });
  }
}

}  // namespace keras::kernels
