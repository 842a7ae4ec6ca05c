// Singular vectors: reduction to a bidiagonal matrix (sgebd2), after a QR decomposition where one
// side is much longer.
#include <cmath>
#include <limits>
#include <utility>

#include "ops/linalg/bidiagonal_svd.h"
#include "ops/linalg/decompositions.h"
#include "ops/linalg/rotations.h"

namespace keras::ops::dense {
namespace {

// a = U B V' with an upper bidiagonal B, or a lower one when there are more columns than rows.
struct Bidiagonal {
  std::vector<Reflector> left, right;
  std::vector<float> diagonal, beside;
};
Bidiagonal bidiagonalize(FloatMatrix a) {
  Bidiagonal b;
  const bool upper = a.rows >= a.columns;
  const auto column = [&](int64_t from, int64_t j) {
    b.left.push_back(reflector(from, a.rows, [&](int64_t i) { return a(i, j); }));
    reflect_rows(b.left.back(), a, j + 1);
    return b.left.back().beta;
  };
  const auto row = [&](int64_t from, int64_t i) {
    b.right.push_back(reflector(from, a.columns, [&](int64_t j) { return a(i, j); }));
    reflect_columns(b.right.back(), a, i + 1);
    return b.right.back().beta;
  };
  const int64_t n = std::min(a.rows, a.columns);
  for (int64_t i = 0; i < n; ++i) {
    b.diagonal.push_back(upper ? column(i, i) : row(i, i));
    if (i + 1 < n) b.beside.push_back(upper ? row(i + 1, i) : column(i + 1, i));
  }
  return b;
}

// The vectors of the square matrix inside u and vt, `rows` and `columns` long.
bool decompose_square(const FloatMatrix& a, FullSvd& result, int64_t rows, int64_t columns) {
  Bidiagonal b = bidiagonalize(a);
  const auto n = static_cast<int64_t>(b.diagonal.size());
  std::vector<Rotation> turns;  // that make a lower bidiagonal matrix an upper one
  if (a.rows < a.columns) {
    for (int64_t k = 0; k + 1 < n; ++k) {
      const auto i = static_cast<size_t>(k);
      turns.push_back(rotation(b.diagonal[i], b.beside[i]));
      b.diagonal[i] = turns[i].r;
      b.beside[i] = turns[i].s * b.diagonal[i + 1];
      b.diagonal[i + 1] *= turns[i].c;
    }
  }
  FloatMatrix u = FloatMatrix::identity(n), v = FloatMatrix::identity(n);
  if (!diagonalize_bidiagonal(b.diagonal, b.beside, u, v)) return false;
  FloatMatrix ut = u.transposed();
  for (int64_t i = n - 1; i-- > 0 && !turns.empty();) {
    turn(ut, i, i + 1, turns[static_cast<size_t>(i)].c, -turns[static_cast<size_t>(i)].s);
  }
  const auto embedded = [n](const FloatMatrix& small, int64_t height, int64_t width) {
    FloatMatrix large = small.resized(height, width);
    for (int64_t i = n; i < height && i < width; ++i) large(i, i) = 1;
    return large;
  };
  result.u = embedded(ut.transposed(), a.rows, rows);
  result.vt = embedded(v, a.columns, columns);
  reflect_rows_by_all(b.left, result.u);
  reflect_rows_by_all(b.right, result.vt);
  result.vt = result.vt.transposed();
  result.s = std::move(b.diagonal);
  return true;
}

// a = Q R first, for a matrix with many more rows than columns; of a transposed one, R' is
// decomposed.
bool decompose_long(FloatMatrix a, FullSvd& result, bool full, bool transposed) {
  const int64_t rows = a.rows, n = a.columns;
  std::vector<Reflector> reflectors;
  FloatMatrix r(n, n);
  for (int64_t j = 0; j < n; ++j) {
    reflectors.push_back(reflector(j, rows, [&](int64_t i) { return a(i, j); }));
    for (int64_t i = 0; i < j; ++i) r(i, j) = a(i, j);
    r(j, j) = reflectors.back().beta;
    reflect_rows(reflectors.back(), a, j + 1);
  }
  if (!decompose_square(transposed ? r.transposed() : r, result, n, n)) return false;
  FloatMatrix q = FloatMatrix::identity(rows, full ? rows : n);
  reflect_rows_by_all(reflectors, q);
  const FloatMatrix turned =
      multiply(q.resized(rows, n), transposed ? result.vt.transposed() : result.u);
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < n; ++j) q(i, j) = turned(i, j);
  }
  (transposed ? result.vt : result.u) = transposed ? q.transposed() : std::move(q);
  return true;
}

}  // namespace

FullSvd lapack_svd(const FloatMatrix& given, bool full) {
  const int64_t rows = given.rows, columns = given.columns, n = std::min(rows, columns);
  FullSvd result{FloatMatrix::identity(rows, full ? rows : n),
                 std::vector<float>(static_cast<size_t>(n)),
                 FloatMatrix::identity(full ? columns : n, columns)};
  if (n == 0) return result;
  bool converged = all_finite(given);
  if (converged) {
    const float least = std::sqrt(kSafeMinimum) / kSpacing;
    const float scale = safe_scale(given, least, 1 / least);
    FloatMatrix a = given;
    for (float& x : a.values) x *= scale;
    const auto much_longer = static_cast<int64_t>(static_cast<float>(n) * 11 / 6);
    if (std::max(rows, columns) < much_longer) {
      converged = decompose_square(a, result, full ? rows : n, full ? columns : n);
    } else {
      const bool wide = rows < columns;
      converged = decompose_long(wide ? a.transposed() : std::move(a), result, full, wide);
    }
    for (float& s : result.s) s /= scale;
  }
  if (!converged) {
    constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
    for (auto* values : {&result.u.values, &result.s, &result.vt.values}) {
      values->assign(values->size(), kNaN);
    }
  }
  return result;
}

}  // namespace keras::ops::dense
