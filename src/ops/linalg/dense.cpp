#include "ops/linalg/dense.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace keras::ops::dense {

Lu lu(Matrix a) {
  Lu result;
  const int64_t n = std::min(a.rows, a.columns);
  for (int64_t k = 0; k < n; ++k) {
    int64_t pivot = k;
    for (int64_t i = k + 1; i < a.rows; ++i) {
      if (std::abs(a(i, k)) > std::abs(a(pivot, k))) pivot = i;
    }
    result.pivots.push_back(static_cast<int32_t>(pivot));
    if (pivot != k) {
      result.sign = -result.sign;
      for (int64_t j = 0; j < a.columns; ++j) std::swap(a(k, j), a(pivot, j));
    }
    if (a(k, k) == 0) continue;
    for (int64_t i = k + 1; i < a.rows; ++i) {
      a(i, k) /= a(k, k);
      for (int64_t j = k + 1; j < a.columns; ++j) a(i, j) -= a(i, k) * a(k, j);
    }
  }
  result.factors = std::move(a);
  return result;
}

Matrix solve(const Lu& lu, Matrix b) {
  const Matrix& f = lu.factors;
  for (size_t k = 0; k < lu.pivots.size(); ++k) {
    const int64_t row = static_cast<int64_t>(k), other = lu.pivots[k];
    if (other == row) continue;
    for (int64_t j = 0; j < b.columns; ++j) std::swap(b(row, j), b(other, j));
  }
  for (int64_t i = 0; i < b.rows; ++i) {
    for (int64_t k = 0; k < i; ++k) {
      for (int64_t j = 0; j < b.columns; ++j) b(i, j) -= f(i, k) * b(k, j);
    }
  }
  return solve_triangular(f, std::move(b), false);
}

Matrix solve_triangular(const Matrix& a, Matrix b, bool lower) {
  const int64_t n = b.rows;
  for (int64_t step = 0; step < n; ++step) {
    const int64_t i = lower ? step : n - 1 - step;
    const int64_t begin = lower ? 0 : i + 1, end = lower ? i : n;
    for (int64_t j = 0; j < b.columns; ++j) {
      double sum = b(i, j);
      for (int64_t k = begin; k < end; ++k) sum -= a(i, k) * b(k, j);
      b(i, j) = sum / a(i, i);
    }
  }
  return b;
}

Matrix cholesky(const Matrix& a) {
  Matrix l(a.rows, a.columns);
  for (int64_t i = 0; i < a.rows; ++i) {
    for (int64_t j = 0; j <= i; ++j) {
      double sum = a(i, j);
      for (int64_t k = 0; k < j; ++k) sum -= l(i, k) * l(j, k);
      l(i, j) = i == j ? std::sqrt(sum) : sum / l(j, j);
    }
  }
  return l;
}

namespace {

double column_product(const Matrix& m, int64_t p, int64_t q) {
  double sum = 0;
  for (int64_t i = 0; i < m.rows; ++i) sum += m(i, p) * m(i, q);
  return sum;
}

// Needs at least as many rows as columns. Rotates columns until they are orthogonal.
Svd tall_svd(Matrix u) {
  const int64_t n = u.columns;
  Matrix v = Matrix::identity(n);
  bool rotated = true;
  for (int sweep = 0; sweep < 60 && rotated; ++sweep) {
    rotated = false;
    for (int64_t p = 0; p < n; ++p) {
      for (int64_t q = p + 1; q < n; ++q) {
        const double alpha = column_product(u, p, p), beta = column_product(u, q, q);
        const double gamma = column_product(u, p, q);
        if (std::abs(gamma) <= 1e-15 * std::sqrt(alpha * beta) || gamma == 0) continue;
        rotated = true;
        const double zeta = (beta - alpha) / (2 * gamma);
        const double t = (zeta >= 0 ? 1 : -1) / (std::abs(zeta) + std::sqrt(1 + zeta * zeta));
        const double c = 1 / std::sqrt(1 + t * t), s = c * t;
        const auto rotate = [&](Matrix& m) {
          for (int64_t i = 0; i < m.rows; ++i) {
            const double x = m(i, p), y = m(i, q);
            m(i, p) = c * x - s * y;
            m(i, q) = s * x + c * y;
          }
        };
        rotate(u);
        rotate(v);
      }
    }
  }
  std::vector<double> norms;
  std::vector<int64_t> order(static_cast<size_t>(n));
  std::iota(order.begin(), order.end(), int64_t{0});
  for (int64_t j = 0; j < n; ++j) norms.push_back(std::sqrt(column_product(u, j, j)));
  std::stable_sort(order.begin(), order.end(), [&](int64_t i, int64_t j) {
    return norms[static_cast<size_t>(i)] > norms[static_cast<size_t>(j)];
  });
  Svd result{Matrix(u.rows, n), {}, Matrix(n, n)};
  for (int64_t j = 0; j < n; ++j) {
    const int64_t from = order[static_cast<size_t>(j)];
    const double norm = norms[static_cast<size_t>(from)];
    result.s.push_back(norm);
    for (int64_t i = 0; i < u.rows; ++i) result.u(i, j) = norm > 0 ? u(i, from) / norm : 0;
    for (int64_t i = 0; i < n; ++i) result.vt(j, i) = v(i, from);
  }
  return result;
}

}  // namespace

Svd svd(const Matrix& a) {
  if (a.rows >= a.columns) return tall_svd(a);
  Svd flipped = tall_svd(a.transposed());
  return {flipped.vt.transposed(), std::move(flipped.s), flipped.u.transposed()};
}

}  // namespace keras::ops::dense
