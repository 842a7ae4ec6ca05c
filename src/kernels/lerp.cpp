#include "kernels/lerp.h"

namespace keras::kernels {

template <class T>
void lerp(const T* a, const T* b, T t, T* y, int64_t n) {
  // From the nearer end, so that both ends are exact.
  if (t < T(0.5)) {
    for (int64_t i = 0; i < n; ++i) y[i] = a[i] + t * (b[i] - a[i]);
  } else {
    const T rest = T(1) - t;
    for (int64_t i = 0; i < n; ++i) y[i] = b[i] - rest * (b[i] - a[i]);
  }
}

template void lerp<float>(const float*, const float*, float, float*, int64_t);
template void lerp<double>(const double*, const double*, double, double*, int64_t);

}  // namespace keras::kernels
