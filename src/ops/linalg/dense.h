// Decompositions of small dense matrices in float64.
#pragma once

#include <cstdint>
#include <vector>

#include "ops/linalg/matrix.h"

namespace keras::ops::dense {

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

// a = u * diag(s) * vt with k = min(rows, columns) values in descending order; u has k columns, vt
// k rows.
struct Svd {
  Matrix u;
  std::vector<double> s;
  Matrix vt;
};
Svd svd(const Matrix& a);

}  // namespace keras::ops::dense
