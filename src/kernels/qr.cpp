#include "kernels/qr.h"

#include <algorithm>
#include <cmath>

#include "base/byte_size.h"

namespace keras::kernels {

int64_t qr_scratch_doubles(int64_t rows, int64_t columns, bool complete) {
  const int64_t width = qr_width(rows, columns, complete);
  return checked_sum(checked_product(rows, checked_sum(columns, width)), std::min(rows, columns));
}

void qr(const float* a, int64_t rows, int64_t columns, float* q, float* r, double* scratch,
        bool complete) {
  const int64_t width = qr_width(rows, columns, complete);
  const int64_t reflections = std::min(rows, columns);
  double* work = scratch;                 // becomes r above the diagonal and the reflectors below
  double* basis = work + rows * columns;  // becomes q
  double* factors = basis + rows * width;
  for (int64_t i = 0; i < rows * columns; ++i) work[i] = a[i];

  // matrix -= factor * v (v^T matrix) from column `first` on, with v = (1, work[column
  // + 1:, column]).
  const auto reflect = [&](double* matrix, int64_t matrix_columns, int64_t column, int64_t first) {
    const auto at = [&](int64_t i, int64_t j) -> double& { return matrix[i * matrix_columns + j]; };
    for (int64_t j = first; j < matrix_columns; ++j) {
      double dot = at(column, j);
      for (int64_t i = column + 1; i < rows; ++i) dot += work[i * columns + column] * at(i, j);
      dot *= factors[column];
      at(column, j) -= dot;
      for (int64_t i = column + 1; i < rows; ++i) at(i, j) -= dot * work[i * columns + column];
    }
  };

  for (int64_t column = 0; column < reflections; ++column) {
    const auto at = [&](int64_t i) -> double& { return work[i * columns + column]; };
    double below = 0.0;
    for (int64_t i = column + 1; i < rows; ++i) below += at(i) * at(i);
    factors[column] = 0.0;
    if (below == 0.0) continue;  // as LAPACK: no reflection, the diagonal keeps its sign
    const double head = at(column);
    const double diagonal = -std::copysign(std::sqrt(head * head + below), head);
    factors[column] = (diagonal - head) / diagonal;
    for (int64_t i = column + 1; i < rows; ++i) at(i) /= head - diagonal;
    at(column) = diagonal;
    reflect(work, columns, column, column + 1);
  }

  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < width; ++j) basis[i * width + j] = i == j ? 1.0 : 0.0;
  }
  for (int64_t column = reflections - 1; column >= 0; --column) {
    reflect(basis, width, column, column);
  }

  for (int64_t i = 0; i < rows * width; ++i) q[i] = static_cast<float>(basis[i]);
  for (int64_t i = 0; i < width; ++i) {
    for (int64_t j = 0; j < columns; ++j)
      r[i * columns + j] = j < i ? 0.f : static_cast<float>(work[i * columns + j]);
  }
}

}  // namespace keras::kernels
