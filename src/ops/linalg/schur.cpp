#include "ops/linalg/schur.h"

#include <array>
#include <cmath>

#include "ops/linalg/rotations.h"

namespace keras::ops::dense {
namespace {

float sign_of(float x) { return std::copysign(1.0F, x); }

// Turns [[a, b], [c, d]] into standard form: c = 0, or a = d and b c < 0 (slanv2). Returns the
// rotation.
Rotation standardize(float& a, float& b, float& c, float& d) {
  if (c == 0) return {1, 0, 0};
  if (b == 0) {
    std::swap(a, d);
    b = -c;
    c = 0;
    return {0, 1, 0};
  }
  if (a == d && sign_of(b) != sign_of(c)) return {1, 0, 0};
  const float difference = a - d, half = difference / 2;
  const float most = std::max(std::abs(b), std::abs(c));
  const float product = std::min(std::abs(b), std::abs(c)) * sign_of(b) * sign_of(c);
  const float scale = std::max(std::abs(half), most);
  float z = half / scale * half + most / scale * product;
  if (z >= 4 * kSpacing) {  // two real eigenvalues
    z = half + std::copysign(std::sqrt(scale) * std::sqrt(z), half);
    a = d + z;
    d -= most / z * product;
    const float size = length(c, z);
    const Rotation turned{z / size, c / size, 0};
    b -= c;
    c = 0;
    return turned;
  }
  const float sum = b + c;
  const float size = length(sum, difference);
  float cs = std::sqrt((1 + std::abs(sum) / size) / 2);
  float sn = -(half / (size * cs)) * sign_of(sum);
  const float aa = a * cs + b * sn, bb = -a * sn + b * cs;
  const float cc = c * cs + d * sn, dd = -c * sn + d * cs;
  a = aa * cs + cc * sn;
  b = bb * cs + dd * sn;
  c = -aa * sn + cc * cs;
  d = -bb * sn + dd * cs;
  const float mean = (a + d) / 2;
  a = d = mean;
  if (c == 0) return {cs, sn, 0};
  if (b == 0) {
    b = -c;
    c = 0;
    return {-sn, cs, 0};
  }
  if (sign_of(b) != sign_of(c)) return {cs, sn, 0};
  const float root_b = std::sqrt(std::abs(b)), root_c = std::sqrt(std::abs(c));
  const float shift = std::copysign(root_b * root_c, c);
  const float by = 1 / std::sqrt(std::abs(b + c));
  a = mean + shift;
  d = mean - shift;
  b -= c;
  c = 0;
  const float cs1 = root_b * by, sn1 = root_c * by;
  return {cs * cs1 - sn * sn1, cs * sn1 + sn * cs1, 0};
}

class Iteration {
 public:
  Iteration(FloatMatrix& h, FloatMatrix& z, int64_t low, int64_t high)
      : h_(h), z_(z), low_(low), high_(high) {
    least_ = kSafeMinimum * (static_cast<float>(high - low + 1) / kSpacing);
  }

  bool run() {
    for (int64_t last = high_; last >= low_;) {
      int64_t first = low_, tries = 0, rounds = 0;
      const int64_t most = 30 * std::max<int64_t>(10, high_ - low_ + 1);
      for (;; ++rounds) {
        if (rounds > most) return false;
        first = split_before(last);
        if (first > low_) h_(first, first - 1) = 0;
        if (first >= last - 1) break;
        sweep(first, last, ++tries);
      }
      if (first == last - 1) split_pair(first);
      last = first - 1;
    }
    return true;
  }

 private:
  // The first row of the block that ends in `last`: the element before it is negligible.
  int64_t split_before(int64_t last) const {
    int64_t k = last;
    for (; k > low_; --k) {
      const float below = std::abs(h_(k, k - 1)), above = std::abs(h_(k - 1, k));
      if (below <= least_) break;
      float sum = std::abs(h_(k - 1, k - 1)) + std::abs(h_(k, k));
      if (sum == 0) {
        if (k - 2 >= low_) sum += std::abs(h_(k - 1, k - 2));
        if (k + 1 <= high_) sum += std::abs(h_(k + 1, k));
      }
      if (below > kSpacing * sum) continue;
      const float gap = std::abs(h_(k - 1, k - 1) - h_(k, k)), own = std::abs(h_(k, k));
      const float ab = std::max(below, above), ba = std::min(below, above);
      const float aa = std::max(own, gap), bb = std::min(own, gap);
      const float s = aa + ab;
      if (ba * (ab / s) <= std::max(least_, kSpacing * (bb * (aa / s)))) break;
    }
    return k;
  }

  struct Shifts {
    float real1, imaginary1, real2, imaginary2;
  };
  // The eigenvalues of the last two rows, or exceptional ones now and then.
  Shifts shifts(int64_t first, int64_t last, int64_t tries) const {
    float h11 = h_(last - 1, last - 1), h21 = h_(last, last - 1);
    float h12 = h_(last - 1, last), h22 = h_(last, last);
    if (tries % 10 == 0) {
      const bool from_end = tries % 20 == 0;
      const float s = from_end
                          ? std::abs(h21) + std::abs(h_(last - 1, last - 2))
                          : std::abs(h_(first + 1, first)) + std::abs(h_(first + 2, first + 1));
      h11 = h22 = 0.75F * s + (from_end ? h22 : h_(first, first));
      h12 = -0.4375F * s;
      h21 = s;
    }
    const float s = std::abs(h11) + std::abs(h12) + std::abs(h21) + std::abs(h22);
    if (s == 0) return {0, 0, 0, 0};
    h11 /= s;
    h21 /= s;
    h12 /= s;
    h22 /= s;
    const float mean = (h11 + h22) / 2;
    const float determinant = (h11 - mean) * (h22 - mean) - h12 * h21;
    const float root = std::sqrt(std::abs(determinant));
    if (determinant >= 0) return {mean * s, root * s, mean * s, -root * s};
    const float high = mean + root, low = mean - root;
    const float chosen = (std::abs(high - h22) <= std::abs(low - h22) ? high : low) * s;
    return {chosen, 0, chosen, 0};
  }

  void sweep(int64_t first, int64_t last, int64_t tries) {
    const Shifts at = shifts(first, last, tries);
    std::array<float, 3> v{};
    int64_t m = last - 2;
    for (;; --m) {
      const float gap = h_(m, m) - at.real2;
      const float s = std::abs(gap) + std::abs(at.imaginary2) + std::abs(h_(m + 1, m));
      const float below = h_(m + 1, m) / s;
      v[0] = below * h_(m, m + 1) + (h_(m, m) - at.real1) * (gap / s) -
             at.imaginary1 * (at.imaginary2 / s);
      v[1] = below * (h_(m, m) + h_(m + 1, m + 1) - at.real1 - at.real2);
      v[2] = below * h_(m + 2, m + 1);
      const float size = std::abs(v[0]) + std::abs(v[1]) + std::abs(v[2]);
      for (float& x : v) x /= size;
      if (m == first) break;
      const float neighbours =
          std::abs(h_(m - 1, m - 1)) + std::abs(h_(m, m)) + std::abs(h_(m + 1, m + 1));
      if (std::abs(h_(m, m - 1)) * (std::abs(v[1]) + std::abs(v[2])) <=
          kSpacing * std::abs(v[0]) * neighbours) {
        break;
      }
    }
    for (int64_t k = m; k < last; ++k) {
      const int64_t n = std::min<int64_t>(3, last - k + 1);
      if (k > m) {
        for (int64_t i = 0; i < n; ++i) v[static_cast<size_t>(i)] = h_(k + i, k - 1);
      }
      Reflector h = reflector(0, n, [&](int64_t i) { return v[static_cast<size_t>(i)]; });
      h.from = k;
      if (k > m) {
        h_(k, k - 1) = h.beta;
        for (int64_t i = 1; i < n; ++i) h_(k + i, k - 1) = 0;
      } else if (m > first) {
        h_(k, k - 1) *= 1 - h.tau;
      }
      reflect(h, [&](int64_t i, int64_t j) -> float& { return h_(k + i, j); }, k, h_.columns);
      const auto row = [&](int64_t j, int64_t i) -> float& { return h_(i, k + j); };
      reflect(h, row, 0, std::min(k + 4, last + 1));
      reflect(h, [&](int64_t j, int64_t i) -> float& { return z_(i, k + j); }, 0, z_.rows);
    }
  }

  // Reflects the two or three elements at(0, i), at(1, i), ..., rounding as slahqr does.
  template <class At>
  static void reflect(const Reflector& h, const At& at, int64_t first, int64_t end) {
    const auto n = static_cast<int64_t>(h.v.size());
    for (int64_t i = first; i < end; ++i) {
      float sum = at(0, i);
      for (int64_t k = 1; k < n; ++k) sum += h.v[static_cast<size_t>(k)] * at(k, i);
      for (int64_t k = 0; k < n; ++k) at(k, i) -= sum * (h.tau * h.v[static_cast<size_t>(k)]);
    }
  }

  void split_pair(int64_t i) {
    float a = h_(i, i), b = h_(i, i + 1), c = h_(i + 1, i), d = h_(i + 1, i + 1);
    const Rotation turned = standardize(a, b, c, d);
    for (int64_t j = i + 2; j < h_.columns; ++j) {
      const float x = h_(i, j), y = h_(i + 1, j);
      h_(i, j) = turned.c * x + turned.s * y;
      h_(i + 1, j) = turned.c * y - turned.s * x;
    }
    turn(h_, i, i + 1, turned.c, turned.s);
    h_(i, i) = a;
    h_(i, i + 1) = b;
    h_(i + 1, i) = c;
    h_(i + 1, i + 1) = d;
    turn(z_, i, i + 1, turned.c, turned.s);
  }

  FloatMatrix &h_, &z_;
  int64_t low_, high_;
  float least_ = 0;
};

}  // namespace

bool make_quasi_triangular(FloatMatrix& h, FloatMatrix& z, int64_t low, int64_t high) {
  return Iteration(h, z, low, high).run();
}

}  // namespace keras::ops::dense
