// Dense row-major matrices.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace keras::ops::dense {

template <class T>
struct MatrixOf {
  int64_t rows = 0, columns = 0;
  std::vector<T> values;

  MatrixOf() = default;
  MatrixOf(int64_t r, int64_t c) : rows(r), columns(c), values(static_cast<size_t>(r * c)) {}
  // Ones on the diagonal, also of matrices that are not square.
  static MatrixOf identity(int64_t r, int64_t c) {
    MatrixOf m(r, c);
    for (int64_t i = 0; i < r && i < c; ++i) m(i, i) = 1;
    return m;
  }
  static MatrixOf identity(int64_t n) { return identity(n, n); }

  T& operator()(int64_t i, int64_t j) { return values[static_cast<size_t>(i * columns + j)]; }
  T operator()(int64_t i, int64_t j) const { return values[static_cast<size_t>(i * columns + j)]; }

  MatrixOf transposed() const {
    MatrixOf t(columns, rows);
    for (int64_t i = 0; i < rows; ++i) {
      for (int64_t j = 0; j < columns; ++j) t(j, i) = (*this)(i, j);
    }
    return t;
  }
  // Its first rows and columns; cut off or filled with zeros.
  MatrixOf resized(int64_t r, int64_t c) const {
    MatrixOf m(r, c);
    for (int64_t i = 0; i < r && i < rows; ++i) {
      for (int64_t j = 0; j < c && j < columns; ++j) m(i, j) = (*this)(i, j);
    }
    return m;
  }
};

using Matrix = MatrixOf<double>;
using FloatMatrix = MatrixOf<float>;

template <class T>
MatrixOf<T> multiply(const MatrixOf<T>& a, const MatrixOf<T>& b) {
  MatrixOf<T> c(a.rows, b.columns);
  for (int64_t i = 0; i < a.rows; ++i) {
    for (int64_t k = 0; k < a.columns; ++k) {
      for (int64_t j = 0; j < b.columns; ++j) c(i, j) += a(i, k) * b(k, j);
    }
  }
  return c;
}

}  // namespace keras::ops::dense
