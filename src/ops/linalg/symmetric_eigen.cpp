// Eigenvalues of symmetric matrices: reduction to a tridiagonal matrix (ssytd2), then implicit QL
// or QR iterations (ssteqr).
#include <cmath>
#include <limits>

#include "ops/linalg/decompositions.h"
#include "ops/linalg/rotations.h"

namespace keras::ops::dense {
namespace {

// A symmetric tridiagonal matrix: its diagonal, and the elements beside it.
struct Tridiagonal {
  std::vector<float> diagonal, beside;
};

Tridiagonal tridiagonalize(FloatMatrix& a, std::vector<Reflector>& reflectors) {
  const int64_t n = a.rows;
  Tridiagonal t;
  for (int64_t k = 0; k + 1 < n; ++k) {
    const Reflector h = reflector(k + 1, n, [&](int64_t i) { return a(i, k); });
    const auto v = [&](int64_t i) { return h.v[static_cast<size_t>(i - k - 1)]; };
    t.diagonal.push_back(a(k, k));
    t.beside.push_back(h.beta);
    // Subtracts v w' + w v', where w = tau (A v - tau / 2 (v' A v) v).
    std::vector<float> w(static_cast<size_t>(n));
    float product = 0;
    for (int64_t i = k + 1; i < n; ++i) {
      float sum = 0;
      for (int64_t j = k + 1; j < n; ++j) sum += a(i, j) * v(j);
      w[static_cast<size_t>(i)] = h.tau * sum;
      product += h.tau * sum * v(i);
    }
    for (int64_t i = k + 1; i < n; ++i) w[static_cast<size_t>(i)] -= h.tau / 2 * product * v(i);
    for (int64_t i = k + 1; i < n; ++i) {
      for (int64_t j = k + 1; j < n; ++j) {
        a(i, j) -= v(i) * w[static_cast<size_t>(j)] + w[static_cast<size_t>(i)] * v(j);
      }
    }
    reflectors.push_back(h);
  }
  t.diagonal.push_back(a(n - 1, n - 1));
  return t;
}

// Eigenvalues of [[a, b], [b, c]], the larger in magnitude first, and its vector (c, s) (slaev2).
struct TwoByTwo {
  float first, second, c, s;
};
TwoByTwo eigen_of(float a, float b, float c) {
  const float sum = a + c, difference = a - c, twice = b + b;
  const float largest = std::abs(a) > std::abs(c) ? a : c;
  const float smallest = std::abs(a) > std::abs(c) ? c : a;
  const float root = length(difference, twice);
  TwoByTwo result{};
  const bool negative = sum < 0;
  if (sum == 0) {
    result.first = root / 2;
    result.second = -root / 2;
  } else {
    result.first = (negative ? sum - root : sum + root) / 2;
    result.second = largest / result.first * smallest - b / result.first * b;
  }
  const bool swapped = difference < 0;
  const float cs = swapped ? difference - root : difference + root;
  if (std::abs(cs) > std::abs(twice)) {
    const float cotangent = -twice / cs;
    result.s = 1 / std::sqrt(1 + cotangent * cotangent);
    result.c = cotangent * result.s;
  } else if (twice == 0) {
    result.c = 1;
    result.s = 0;
  } else {
    const float tangent = -cs / twice;
    result.c = 1 / std::sqrt(1 + tangent * tangent);
    result.s = tangent * result.c;
  }
  if (negative == swapped) {
    const float c_before = result.c;
    result.c = -result.s;
    result.s = c_before;
  }
  return result;
}

// Diagonalizes an unreduced block of a tridiagonal matrix, from the end with the smaller diagonal
// element.
class Block {
 public:
  Block(Tridiagonal& t, FloatMatrix& vectors, int64_t first, int64_t last)
      : d_(t.diagonal), e_(t.beside), z_(vectors), first_(first), last_(last) {}

  // False when `steps` are used up.
  bool diagonalize(int64_t& steps) {
    float largest = 0;
    for (int64_t i = first_; i <= last_; ++i) {
      largest = std::max(largest, std::abs(at(d_, i)));
      if (i < last_) largest = std::max(largest, std::abs(at(e_, i)));
    }
    if (largest == 0) return true;
    const float most = std::sqrt(1 / kSafeMinimum) / 3;
    const float least = std::sqrt(kSafeMinimum) / (kRounding * kRounding);
    const float scale = largest > most ? most / largest : largest < least ? least / largest : 1;
    scale_by(scale);
    const bool upward = std::abs(at(d_, last_)) < std::abs(at(d_, first_));
    begin_ = upward ? last_ : first_;
    end_ = upward ? first_ : last_;
    step_ = upward ? -1 : 1;
    const bool converged = iterate(steps);
    scale_by(1 / scale);
    return converged;
  }

 private:
  static float& at(std::vector<float>& values, int64_t i) { return values[static_cast<size_t>(i)]; }
  // The element that connects i with the next one.
  float& link(int64_t i) { return at(e_, std::min(i, i + step_)); }

  void scale_by(float factor) {
    if (factor == 1) return;
    for (int64_t i = first_; i <= last_; ++i) at(d_, i) *= factor;
    for (int64_t i = first_; i < last_; ++i) at(e_, i) *= factor;
  }

  bool iterate(int64_t& steps) {
    while ((end_ - begin_) * step_ >= 0) {
      int64_t m = begin_;
      for (; m != end_; m += step_) {
        const float test = link(m) * link(m);
        const float product =
            kRounding * kRounding * std::abs(at(d_, m)) * std::abs(at(d_, m + step_));
        if (test <= product + kSafeMinimum) break;
      }
      if (m != end_) link(m) = 0;
      if (m == begin_) {
        begin_ += step_;
      } else if (m == begin_ + step_) {
        const int64_t low = std::min(begin_, m);
        const TwoByTwo pair = eigen_of(at(d_, low), at(e_, low), at(d_, low + 1));
        turn(z_, low, low + 1, pair.c, pair.s);
        at(d_, low) = pair.first;
        at(d_, low + 1) = pair.second;
        at(e_, low) = 0;
        begin_ += 2 * step_;
      } else {
        if (steps-- == 0) return false;
        sweep(m);
      }
    }
    return true;
  }

  // One implicitly shifted step from m back to `begin_`.
  void sweep(int64_t m) {
    const float value = at(d_, begin_);
    float g = (at(d_, begin_ + step_) - value) / (2 * link(begin_));
    g = at(d_, m) - value + link(begin_) / (g + std::copysign(length(g, 1), g));
    float s = 1, c = 1, p = 0;
    for (int64_t i = m - step_;; i -= step_) {
      const float f = s * link(i), b = c * link(i);
      const Rotation turned = rotation(g, f);
      c = turned.c;
      s = turned.s;
      if (i != m - step_) link(i + step_) = turned.r;
      g = at(d_, i + step_) - p;
      const float r = (at(d_, i) - g) * s + 2 * c * b;
      p = s * r;
      at(d_, i + step_) = g + p;
      g = c * r - b;
      turn(z_, i + step_, i, c, s);
      if (i == begin_) break;
    }
    at(d_, begin_) -= p;
    link(begin_) = g;
  }

  std::vector<float>&d_, &e_;
  FloatMatrix& z_;
  int64_t first_, last_;
  int64_t begin_ = 0, end_ = 0, step_ = 1;
};

// Turns t into a diagonal matrix and the identity into its eigenvectors.
bool diagonalize(Tridiagonal& t, FloatMatrix& vectors) {
  const int64_t n = vectors.rows;
  int64_t steps = 30 * n;
  const auto size = [](float x) { return std::sqrt(std::abs(x)); };
  for (int64_t first = 0; first < n;) {
    int64_t last = first;
    for (; last + 1 < n; ++last) {
      const auto i = static_cast<size_t>(last);
      if (std::abs(t.beside[i]) <= size(t.diagonal[i]) * size(t.diagonal[i + 1]) * kRounding) {
        t.beside[i] = 0;
        break;
      }
    }
    if (last > first && !Block(t, vectors, first, last).diagonalize(steps)) return false;
    first = last + 1;
  }
  for (int64_t i = 0; i + 1 < n; ++i) {
    const auto found = std::min_element(t.diagonal.begin() + i, t.diagonal.end());
    const int64_t least = found - t.diagonal.begin();
    if (least == i) continue;
    std::swap(*found, t.diagonal[static_cast<size_t>(i)]);
    swap_columns(vectors, i, least);
  }
  return true;
}

}  // namespace

SymmetricEigen symmetric_eigen(FloatMatrix a) {
  const int64_t n = a.rows;
  SymmetricEigen result{std::vector<float>(static_cast<size_t>(n)), FloatMatrix::identity(n)};
  if (n == 0) return result;
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = i + 1; j < n; ++j) a(i, j) = a(j, i);
  }
  bool converged = all_finite(a);
  if (n == 1) {
    result.values = a.values;
  } else if (converged) {
    const float least = std::sqrt(kSafeMinimum / kSpacing);
    const float scale = safe_scale(a, least, 1 / least);
    for (float& x : a.values) x *= scale;
    std::vector<Reflector> reflectors;
    Tridiagonal t = tridiagonalize(a, reflectors);
    converged = diagonalize(t, result.vectors);
    reflect_rows_by_all(reflectors, result.vectors);
    for (float& x : t.diagonal) x /= scale;
    result.values = std::move(t.diagonal);
  }
  if (!converged) {
    constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
    result.values.assign(result.values.size(), kNaN);
    result.vectors.values.assign(result.vectors.values.size(), kNaN);
  }
  return result;
}

}  // namespace keras::ops::dense
