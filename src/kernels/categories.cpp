#include "kernels/categories.h"

#include <algorithm>

namespace keras::kernels {

template <class T>
void CategoryCount<T>::operator()(const int64_t* x, T* y) const {
  std::fill_n(y, outer * inner * depth, T{0});
  for (int64_t o = 0; o < outer; ++o) {
    for (int64_t k = 0; k < n; ++k) {
      for (int64_t i = 0; i < inner; ++i) {
        const int64_t at = (o * n + k) * inner + i;
        if (x[at] < 0 || x[at] >= depth) continue;
        T& count = y[(o * inner + i) * depth + x[at]];
        if (binary) {
          count = T{1};
        } else {
          count += weights == nullptr ? T{1} : weights[at];
        }
      }
    }
  }
}

template struct CategoryCount<float>;
template struct CategoryCount<int64_t>;

}  // namespace keras::kernels
