// Householder reflectors and plane rotations with the signs of LAPACK (slarfg, slartg).
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "ops/linalg/matrix.h"

namespace keras::ops::dense {

// The length of (x, y) (slapy2).
inline float length(float x, float y) {
  const float high = std::max(std::abs(x), std::abs(y)), low = std::min(std::abs(x), std::abs(y));
  return low == 0 ? high : high * std::sqrt(1 + low / high * (low / high));
}

// H = I - tau v v', where v has ones at `from` and zeros before it. H maps a vector to beta at
// `from`.
struct Reflector {
  int64_t from = 0;
  std::vector<float> v;
  float tau = 0, beta = 0;
};

// Reflects the elements from `from` to `end` of a vector that `at` reads.
template <class At>
Reflector reflector(int64_t from, int64_t end, const At& at) {
  Reflector h{from, {}, 0, at(from)};
  double squares = 0;
  for (int64_t i = from; i < end; ++i) {
    h.v.push_back(at(i));
    if (i > from) squares += static_cast<double>(at(i)) * at(i);
  }
  if (squares > 0) {
    const float alpha = h.beta;
    h.beta = -std::copysign(length(alpha, static_cast<float>(std::sqrt(squares))), alpha);
    h.tau = (h.beta - alpha) / h.beta;
    const float factor = 1 / (alpha - h.beta);
    for (float& x : h.v) x *= factor;
  }
  h.v.front() = 1;
  return h;
}

// m = H m, for the columns from `first` on.
inline void reflect_rows(const Reflector& h, FloatMatrix& m, int64_t first = 0) {
  if (h.tau == 0) return;
  const int64_t n = static_cast<int64_t>(h.v.size());
  for (int64_t j = first; j < m.columns; ++j) {
    float sum = 0;
    for (int64_t i = 0; i < n; ++i) sum += h.v[static_cast<size_t>(i)] * m(h.from + i, j);
    sum *= h.tau;
    for (int64_t i = 0; i < n; ++i) m(h.from + i, j) -= sum * h.v[static_cast<size_t>(i)];
  }
}

// m = m H, for the rows from `first` to `end`.
inline void reflect_columns(const Reflector& h, FloatMatrix& m, int64_t first, int64_t end) {
  if (h.tau == 0) return;
  const int64_t n = static_cast<int64_t>(h.v.size());
  for (int64_t i = first; i < end; ++i) {
    float sum = 0;
    for (int64_t j = 0; j < n; ++j) sum += h.v[static_cast<size_t>(j)] * m(i, h.from + j);
    sum *= h.tau;
    for (int64_t j = 0; j < n; ++j) m(i, h.from + j) -= sum * h.v[static_cast<size_t>(j)];
  }
}

inline void reflect_columns(const Reflector& h, FloatMatrix& m, int64_t first = 0) {
  reflect_columns(h, m, first, m.rows);
}

// m = H(0) H(1) ... m.
inline void reflect_rows_by_all(const std::vector<Reflector>& all, FloatMatrix& m) {
  for (size_t i = all.size(); i-- > 0;) reflect_rows(all[i], m);
}

// c f + s g = r, -s f + c g = 0.
struct Rotation {
  float c = 1, s = 0, r = 0;
};
inline Rotation rotation(float f, float g) {
  if (g == 0) return {1, 0, f};
  if (f == 0) return {0, std::copysign(1.0F, g), std::abs(g)};
  // In float64 neither squares nor quotients overflow.
  const double d = std::sqrt(static_cast<double>(f) * f + static_cast<double>(g) * g);
  const double r = std::copysign(d, static_cast<double>(f));
  return {static_cast<float>(std::abs(f) / d), static_cast<float>(g / r), static_cast<float>(r)};
}

// Turns two columns: x = c x + s y, y = c y - s x.
inline void turn(FloatMatrix& m, int64_t x, int64_t y, float c, float s) {
  for (int64_t i = 0; i < m.rows; ++i) {
    const float old = m(i, x);
    m(i, x) = c * old + s * m(i, y);
    m(i, y) = c * m(i, y) - s * old;
  }
}

inline void swap_columns(FloatMatrix& m, int64_t i, int64_t j) {
  for (int64_t row = 0; row < m.rows; ++row) std::swap(m(row, i), m(row, j));
}

// slamch of LAPACK: the relative rounding error, the distance of 1 and the next number, and the
// smallest number whose reciprocal is finite.
inline constexpr float kRounding = std::numeric_limits<float>::epsilon() / 2;
inline constexpr float kSpacing = std::numeric_limits<float>::epsilon();
inline constexpr float kSafeMinimum = std::numeric_limits<float>::min();

// The factor that brings the largest element of a matrix into a range in which squares are exact
// enough; 1 inside it.
inline float safe_scale(const FloatMatrix& m, float least, float most) {
  float largest = 0;
  for (const float x : m.values) largest = std::max(largest, std::abs(x));
  if (largest > 0 && largest < least) return least / largest;
  return largest > most ? most / largest : 1;
}

inline bool all_finite(const FloatMatrix& m) {
  return std::all_of(m.values.begin(), m.values.end(), [](float x) { return std::isfinite(x); });
}

}  // namespace keras::ops::dense
