#include "kernels/qr.h"

#include <cmath>

namespace keras::kernels {

int64_t qr_scratch_doubles(int64_t rows, int64_t columns) {
  return rows * columns + rows * columns + columns;
}

void qr(const float* a, int64_t rows, int64_t columns, float* q, float* r, double* scratch) {
  double* work = scratch;                 // becomes r above the diagonal and the reflectors below
  double* basis = work + rows * columns;  // becomes q
  double* factors = basis + rows * columns;
  for (int64_t i = 0; i < rows * columns; ++i) work[i] = a[i];
  const auto at = [&](double* matrix, int64_t row, int64_t column) -> double& {
    return matrix[row * columns + column];
  };

  // matrix -= factor * v (v^T matrix) from column `first` on, with v = (1, work[column
  // + 1:, column]).
  const auto reflect = [&](double* matrix, int64_t column, int64_t first) {
    for (int64_t j = first; j < columns; ++j) {
      double dot = at(matrix, column, j);
      for (int64_t i = column + 1; i < rows; ++i) dot += at(work, i, column) * at(matrix, i, j);
      dot *= factors[column];
      at(matrix, column, j) -= dot;
      for (int64_t i = column + 1; i < rows; ++i) at(matrix, i, j) -= dot * at(work, i, column);
    }
  };

  for (int64_t column = 0; column < columns; ++column) {
    double below = 0.0;
    for (int64_t i = column + 1; i < rows; ++i) below += at(work, i, column) * at(work, i, column);
    factors[column] = 0.0;
    if (below == 0.0) continue;  // as LAPACK: no reflection, the diagonal keeps its sign
    const double head = at(work, column, column);
    const double diagonal = -std::copysign(std::sqrt(head * head + below), head);
    factors[column] = (diagonal - head) / diagonal;
    for (int64_t i = column + 1; i < rows; ++i) at(work, i, column) /= head - diagonal;
    at(work, column, column) = diagonal;
    reflect(work, column, column + 1);
  }

  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < columns; ++j) at(basis, i, j) = i == j ? 1.0 : 0.0;
  }
  for (int64_t column = columns - 1; column >= 0; --column) reflect(basis, column, column);

  for (int64_t i = 0; i < rows * columns; ++i) q[i] = static_cast<float>(basis[i]);
  for (int64_t i = 0; i < columns; ++i) {
    for (int64_t j = 0; j < columns; ++j)
      r[i * columns + j] = j < i ? 0.f : static_cast<float>(at(work, i, j));
  }
}

}  // namespace keras::kernels
