// Decompositions of small dense matrices in float64.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace keras::ops::dense {

// Row-major.
struct Matrix {
  int64_t rows = 0, columns = 0;
  std::vector<double> values;

  Matrix() = default;
  Matrix(int64_t r, int64_t c) : rows(r), columns(c), values(static_cast<size_t>(r * c)) {}
  static Matrix identity(int64_t n);
  double& operator()(int64_t i, int64_t j) { return values[static_cast<size_t>(i * columns + j)]; }
  double operator()(int64_t i, int64_t j) const {
    return values[static_cast<size_t>(i * columns + j)];
  }
  Matrix transposed() const;
};
Matrix multiply(const Matrix& a, const Matrix& b);

// P A = L U: both factors in one matrix, and the row that each row was swapped with.
struct Lu {
  Matrix factors;
  std::vector<int32_t> pivots;
  int sign = 1;  // of the permutation
};
Lu lu(Matrix a);
// Infinite or NaN where the matrix is singular, as LAPACK leaves it.
Matrix solve(const Lu& lu, Matrix b);
// Only one triangle of `a` is looked at.
Matrix solve_triangular(const Matrix& a, Matrix b, bool lower);
// Lower factor; NaN where the matrix is not positive definite.
Matrix cholesky(const Matrix& a);

// Of a symmetric matrix: ascending values, vectors in columns.
struct Eigen {
  std::vector<double> values;
  Matrix vectors;
};
Eigen eigh(Matrix a);

// a = u * diag(s) * vt with k = min(rows, columns) values in descending order; u has k columns, vt
// k rows.
struct Svd {
  Matrix u;
  std::vector<double> s;
  Matrix vt;
};
Svd svd(const Matrix& a);
// Orthonormal columns added until there are as many as rows.
Matrix completed(const Matrix& columns);

}  // namespace keras::ops::dense
