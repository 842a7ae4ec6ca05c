// Counts of categories: the loops behind one_hot, multi_hot and count of indices.
#pragma once

#include <cstdint>

namespace keras::kernels {

// Reads x[outer, n, inner] and writes y[outer, inner, depth]: how often each index occurs along the
// middle axis, or with `binary` whether it does. With `weights`, of the shape of x, the sum of
// their weights. Indices outside [0, depth) are skipped.
template <class T>
struct CategoryCount {
  int64_t outer, n, inner, depth;
  bool binary = false;
  const T* weights = nullptr;

  void operator()(const int64_t* x, T* y) const;
};

}  // namespace keras::kernels
