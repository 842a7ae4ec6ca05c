// Eigenvalues of general matrices as sgeev computes them: balancing (sgebal), reduction to a
// Hessenberg matrix (sgehd2), double-shift QR iterations (slahqr), eigenvectors of the triangular
// form (strevc).
#include <cmath>
#include <limits>

#include "ops/linalg/decompositions.h"
#include "ops/linalg/rotations.h"
#include "ops/linalg/schur.h"

namespace keras::ops::dense {
namespace {

using Complex = std::complex<double>;

// How sgebal permuted and scaled the matrix: rows and columns from `low` to `high` are not
// triangular yet.
struct Balance {
  int64_t low = 0, high = 0;
  std::vector<int64_t> swapped;
  std::vector<float> scale;
};

class Balancing {
 public:
  explicit Balancing(FloatMatrix& a) : a_(a), n_(a.rows) {
    balance_.high = n_ - 1;
    for (int64_t i = 0; i < n_; ++i) balance_.swapped.push_back(i);
    balance_.scale.assign(static_cast<size_t>(n_), 1);
  }

  Balance run() {
    while (push_row_down()) {
    }
    if (balance_.high == 0) return balance_;
    while (push_column_left()) {
    }
    while (scale_once()) {
    }
    return balance_;
  }

 private:
  bool is_zero(int64_t i, int64_t j) const { return i == j || a_(i, j) == 0; }

  void exchange(int64_t i, int64_t with) {
    balance_.swapped[static_cast<size_t>(with)] = i;
    if (i == with) return;
    for (int64_t k = 0; k <= balance_.high; ++k) std::swap(a_(k, i), a_(k, with));
    for (int64_t k = balance_.low; k < n_; ++k) std::swap(a_(i, k), a_(with, k));
  }

  // Moves rows whose other elements are zero to the bottom.
  bool push_row_down() {
    bool found = false;
    for (int64_t i = balance_.high; i >= 0; --i) {
      bool zeros = true;
      for (int64_t j = 0; j <= balance_.high && zeros; ++j) zeros = is_zero(i, j);
      if (!zeros) continue;
      found = true;
      exchange(i, balance_.high);
      if (balance_.high == 0) return false;
      --balance_.high;
    }
    return found;
  }

  bool push_column_left() {
    bool found = false;
    for (int64_t j = balance_.low; j <= balance_.high; ++j) {
      bool zeros = true;
      for (int64_t i = balance_.low; i <= balance_.high && zeros; ++i) zeros = is_zero(i, j);
      if (!zeros) continue;
      found = true;
      exchange(j, balance_.low);
      ++balance_.low;
    }
    return found;
  }

  // Scales by powers of two until rows and columns have similar norms.
  bool scale_once() {
    bool changed = false;
    for (int64_t i = balance_.low; i <= balance_.high; ++i) {
      double column = 0, row = 0;
      for (int64_t k = balance_.low; k <= balance_.high; ++k) {
        column += static_cast<double>(a_(k, i)) * a_(k, i);
        row += static_cast<double>(a_(i, k)) * a_(i, k);
      }
      column = std::sqrt(column);
      row = std::sqrt(row);
      if (column == 0 || row == 0) continue;
      const double sum = column + row, most = 0.5 / (kSafeMinimum / kSpacing);
      double factor = 1;
      for (; column < row / 2 && std::max(factor, column) < most; factor *= 2, column *= 2)
        row /= 2;
      for (; column / 2 >= row && row < most; factor /= 2, column /= 2) row *= 2;
      if (column + row >= 0.95 * sum) continue;
      changed = true;
      const auto by = static_cast<float>(factor);
      balance_.scale[static_cast<size_t>(i)] *= by;
      for (int64_t k = balance_.low; k < n_; ++k) a_(i, k) /= by;
      for (int64_t k = 0; k <= balance_.high; ++k) a_(k, i) *= by;
    }
    return changed;
  }

  FloatMatrix& a_;
  int64_t n_;
  Balance balance_;
};

// Makes a a Hessenberg matrix, and returns the orthogonal matrix that did.
FloatMatrix reduce_to_hessenberg(FloatMatrix& a, const Balance& balance) {
  std::vector<Reflector> reflectors;
  for (int64_t k = balance.low; k < balance.high; ++k) {
    const Reflector h = reflector(k + 1, balance.high + 1, [&](int64_t i) { return a(i, k); });
    reflect_columns(h, a);
    reflect_rows(h, a, k + 1);
    a(k + 1, k) = h.beta;
    for (int64_t i = k + 2; i <= balance.high; ++i) a(i, k) = 0;
    reflectors.push_back(h);
  }
  FloatMatrix q = FloatMatrix::identity(a.rows);
  reflect_rows_by_all(reflectors, q);
  return q;
}

// The eigenvector of a quasi-triangular matrix for the eigenvalue in row `last`, the second row of
// a pair.
class Backsubstitution {
 public:
  Backsubstitution(const FloatMatrix& t, int64_t last, Complex value)
      : t_(t), value_(value), x_(static_cast<size_t>(t.rows)) {
    least_ = std::max<double>(kSpacing * (std::abs(value.real()) + std::abs(value.imag())),
                              kSafeMinimum * (static_cast<double>(t.rows) / kSpacing));
    int64_t first = last;
    if (value.imag() == 0) {
      x_[static_cast<size_t>(last)] = 1;
    } else {
      first = last - 1;
      const double above = t(first, last), below = t(last, first);
      const bool by_first = std::abs(above) >= std::abs(below);
      x_[static_cast<size_t>(first)] = by_first ? 1 : -value.imag() / below;
      x_[static_cast<size_t>(last)] = Complex(0, by_first ? value.imag() / above : 1);
    }
    for (int64_t j = first - 1; j >= 0; --j) {
      if (j > 0 && t(j, j - 1) != 0) {
        --j;
        solve_pair(j, last);
      } else {
        x_[static_cast<size_t>(j)] =
            right_side(j, j + 1, last) / safe(static_cast<double>(t(j, j)) - value);
      }
    }
  }

  const std::vector<Complex>& vector() const { return x_; }

 private:
  // Not closer to zero than rounding can tell.
  Complex safe(Complex pivot) const {
    return std::abs(pivot.real()) + std::abs(pivot.imag()) < least_ ? Complex(least_) : pivot;
  }

  Complex right_side(int64_t row, int64_t from, int64_t last) const {
    Complex sum = 0;
    for (int64_t j = from; j <= last; ++j) {
      sum -= static_cast<double>(t_(row, j)) * x_[static_cast<size_t>(j)];
    }
    return sum;
  }

  void solve_pair(int64_t i, int64_t last) {
    const Complex first = right_side(i, i + 2, last), second = right_side(i + 1, i + 2, last);
    const double above = t_(i, i + 1), below = t_(i + 1, i);
    const Complex a = static_cast<double>(t_(i, i)) - value_;
    const Complex d = static_cast<double>(t_(i + 1, i + 1)) - value_;
    Complex determinant = a * d - above * below;
    const double size = std::abs(a) + std::abs(d) + std::abs(above) + std::abs(below);
    if (std::abs(determinant) < least_ * size) determinant = std::max(least_ * size, 1e-300);
    x_[static_cast<size_t>(i)] = (d * first - above * second) / determinant;
    x_[static_cast<size_t>(i + 1)] = (a * second - below * first) / determinant;
  }

  const FloatMatrix& t_;
  Complex value_;
  std::vector<Complex> x_;
  double least_ = 0;
};

// Undoes the balancing, and gives the vector norm 1 and a real largest element.
std::vector<Complex> finished(std::vector<Complex> x, const Balance& balance, bool real) {
  const auto n = static_cast<int64_t>(x.size());
  for (int64_t i = balance.low; i <= balance.high; ++i) {
    x[static_cast<size_t>(i)] *= balance.scale[static_cast<size_t>(i)];
  }
  const auto exchange = [&](int64_t i) {
    std::swap(x[static_cast<size_t>(i)],
              x[static_cast<size_t>(balance.swapped[static_cast<size_t>(i)])]);
  };
  for (int64_t i = balance.low - 1; i >= 0; --i) exchange(i);
  for (int64_t i = balance.high + 1; i < n; ++i) exchange(i);
  double squares = 0;
  for (const Complex& value : x) squares += std::norm(value);
  for (Complex& value : x) value /= std::sqrt(squares);
  if (real) return x;
  const auto largest = std::max_element(x.begin(), x.end(), [](const Complex& a, const Complex& b) {
    return static_cast<float>(std::norm(a)) < static_cast<float>(std::norm(b));
  });
  const double sign = largest->real() == 0 ? 1 : std::copysign(1.0, largest->real());
  const Complex by = sign * std::conj(*largest) / std::abs(*largest);
  for (Complex& value : x) value *= by;
  largest->imag(0);
  return x;
}

}  // namespace

GeneralEigen general_eigen(FloatMatrix a) {
  const int64_t n = a.rows;
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  GeneralEigen result{std::vector<std::complex<float>>(static_cast<size_t>(n), {kNaN, kNaN}),
                      MatrixOf<std::complex<float>>(n, n)};
  for (auto& value : result.vectors.values) value = {kNaN, kNaN};
  if (n == 0 || !all_finite(a)) return result;
  const float least = std::sqrt(kSafeMinimum) / kSpacing;
  const float scale = safe_scale(a, least, 1 / least);
  for (float& x : a.values) x *= scale;
  const Balance balance = Balancing(a).run();
  FloatMatrix q = reduce_to_hessenberg(a, balance);
  if (!make_quasi_triangular(a, q, balance.low, balance.high)) return result;
  for (int64_t column = 0; column < n; ++column) {
    const bool paired = column + 1 < n && a(column + 1, column) != 0;
    const double imaginary =
        paired ? std::sqrt(std::abs(static_cast<double>(a(column, column + 1)))) *
                     std::sqrt(std::abs(static_cast<double>(a(column + 1, column))))
               : 0;
    const Complex value(a(column, column), imaginary);
    const Backsubstitution solved(a, column + (paired ? 1 : 0), value);
    std::vector<Complex> x(static_cast<size_t>(n));
    for (int64_t i = 0; i < n; ++i) {
      for (int64_t j = 0; j < n; ++j) {
        x[static_cast<size_t>(i)] +=
            static_cast<double>(q(i, j)) * solved.vector()[static_cast<size_t>(j)];
      }
    }
    x = finished(std::move(x), balance, !paired);
    const std::complex<float> rounded(value / static_cast<double>(scale));
    result.values[static_cast<size_t>(column)] = rounded;
    for (int64_t i = 0; i < n; ++i)
      result.vectors(i, column) = std::complex<float>(x[static_cast<size_t>(i)]);
    if (!paired) continue;
    result.values[static_cast<size_t>(column + 1)] = std::conj(rounded);
    for (int64_t i = 0; i < n; ++i) {
      result.vectors(i, column + 1) = std::conj(result.vectors(i, column));
    }
    ++column;
  }
  return result;
}

}  // namespace keras::ops::dense
