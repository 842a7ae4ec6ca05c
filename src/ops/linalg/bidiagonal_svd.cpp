#include "ops/linalg/bidiagonal_svd.h"

#include <cmath>

#include "ops/linalg/rotations.h"

namespace keras::ops::dense {
namespace {

float sign_of(float x) { return std::copysign(1.0F, x); }

// The smaller singular value of [[f, g], [0, h]] (slas2).
float smaller_value(float f, float g, float h) {
  const float low = std::min(std::abs(f), std::abs(h)), high = std::max(std::abs(f), std::abs(h));
  const float beside = std::abs(g);
  if (low == 0) return 0;
  const float sum = 1 + low / high, difference = (high - low) / high;
  if (beside < high) {
    const float square = beside / high * (beside / high);
    return low *
           (2 / (std::sqrt(sum * sum + square) + std::sqrt(difference * difference + square)));
  }
  const float ratio = high / beside;
  if (ratio == 0) return low * high / beside;
  const float a = sum * ratio, b = difference * ratio;
  return 2 * (low * (1 / (std::sqrt(1 + a * a) + std::sqrt(1 + b * b))) * ratio);
}

// The singular values of [[f, g], [0, h]] with signs, and the rotations of the left and right
// vectors (slasv2).
struct TriangleSvd {
  float smallest, largest, right_s, right_c, left_s, left_c;
};
TriangleSvd triangle_svd(float f, float g, float h) {
  const bool swapped = std::abs(h) > std::abs(f);
  const float ft = swapped ? h : f, ht = swapped ? f : h;
  const float fa = std::abs(ft), ha = std::abs(ht), ga = std::abs(g);
  enum { kDiagonal, kBeside, kSwapped } largest = swapped ? kSwapped : kDiagonal;
  TriangleSvd result{ha, fa, 0, 1, 0, 1};
  float left_c = 1, right_c = 1, left_s = 0, right_s = 0;
  if (ga > fa) largest = kBeside;
  if (ga > fa && fa / ga < kRounding) {
    result.largest = ga;
    result.smallest = ha > 1 ? fa / (ga / ha) : fa / ga * ha;
    left_s = ht / g;
    right_s = 1;
    right_c = ft / g;
  } else if (ga != 0) {
    const float d = fa - ha;
    const float l = d == fa ? 1 : d / fa;
    const float m = g / ft, mm = m * m;
    const float t = 2 - l;
    const float s = std::sqrt(t * t + mm);
    const float r = l == 0 ? std::abs(m) : std::sqrt(l * l + mm);
    const float a = (s + r) / 2;
    result.smallest = ha / a;
    result.largest = fa * a;
    float tangent = 0;
    if (mm != 0) {
      tangent = (m / (s + t) + m / (r + l)) * (1 + a);
    } else if (l == 0) {
      tangent = std::copysign(2.0F, ft) * sign_of(g);
    } else {
      tangent = g / std::copysign(d, ft) + m / t;
    }
    const float length = std::sqrt(tangent * tangent + 4);
    right_c = 2 / length;
    right_s = tangent / length;
    left_c = (right_c + right_s * m) / a;
    left_s = ht / ft * right_s / a;
  }
  result.left_c = swapped ? right_s : left_c;
  result.left_s = swapped ? right_c : left_s;
  result.right_c = swapped ? left_s : right_c;
  result.right_s = swapped ? left_c : right_s;
  float sign = 0;
  if (largest == kDiagonal) sign = sign_of(result.right_c) * sign_of(result.left_c) * sign_of(f);
  if (largest == kBeside) sign = sign_of(result.right_s) * sign_of(result.left_c) * sign_of(g);
  if (largest == kSwapped) sign = sign_of(result.right_s) * sign_of(result.left_s) * sign_of(h);
  result.largest = std::copysign(result.largest, sign);
  result.smallest = std::copysign(result.smallest, sign * sign_of(f) * sign_of(h));
  return result;
}

// The implicit zero-shift QR iteration of Demmel and Kahan. A sweep runs from the larger end of a
// block to the smaller one; upward, rows and columns exchange their parts.
class Iteration {
 public:
  Iteration(std::vector<float>& diagonal, std::vector<float>& beside, FloatMatrix& u,
            FloatMatrix& v)
      : d_(diagonal), e_(beside), u_(u), v_(v), n_(static_cast<int64_t>(diagonal.size())) {}

  bool run() {
    tolerance_ = std::max(10.0F, std::min(100.0F, std::pow(kRounding, -0.125F))) * kRounding;
    threshold_ = std::max(tolerance_ * least_value(),
                          6 * static_cast<float>(n_) * static_cast<float>(n_) * kSafeMinimum);
    int64_t steps = 6 * n_ * n_, first_before = -1, last_before = -1;
    for (int64_t last = n_ - 1; last > 0;) {
      if (steps < 0) return false;
      int64_t first = last;
      largest_ = std::abs(d(last));
      for (; first > 0; --first) {
        const float beside = std::abs(e(first - 1)), value = std::abs(d(first - 1));
        if (beside <= threshold_) {
          e(first - 1) = 0;
          break;
        }
        largest_ = std::max({largest_, value, beside});
      }
      if (first == last) {
        --last;
        continue;
      }
      if (first == last - 1) {
        solve_pair(first);
        last -= 2;
        continue;
      }
      if (first > last_before || last < first_before) {
        step_ = std::abs(d(first)) >= std::abs(d(last)) ? 1 : -1;
      }
      begin_ = step_ > 0 ? first : last;
      end_ = step_ > 0 ? last : first;
      if (splits()) continue;
      first_before = first;
      last_before = last;
      steps -= last - first;
      const float shift = choose_shift();
      shift == 0 ? sweep() : sweep(shift);
      if (std::abs(link(end_ - step_)) <= threshold_) link(end_ - step_) = 0;
    }
    return true;
  }

 private:
  float& d(int64_t i) { return d_[static_cast<size_t>(i)]; }
  float& e(int64_t i) { return e_[static_cast<size_t>(i)]; }
  // The element that connects i with the next one.
  float& link(int64_t i) { return e(std::min(i, i + step_)); }
  FloatMatrix& right() { return step_ > 0 ? v_ : u_; }
  FloatMatrix& left() { return step_ > 0 ? u_ : v_; }

  // A lower bound of the smallest singular value.
  float least_value() {
    float least = std::abs(d(0)), mu = least;
    for (int64_t i = 1; i < n_ && least != 0; ++i) {
      mu = std::abs(d(i)) * (mu / (mu + std::abs(e(i - 1))));
      least = std::min(least, mu);
    }
    return least / std::sqrt(static_cast<float>(n_));
  }

  void solve_pair(int64_t i) {
    const TriangleSvd pair = triangle_svd(d(i), e(i), d(i + 1));
    d(i) = pair.largest;
    e(i) = 0;
    d(i + 1) = pair.smallest;
    turn(v_, i, i + 1, pair.right_c, pair.right_s);
    turn(u_, i, i + 1, pair.left_c, pair.left_s);
  }

  // Sets a negligible element of the block to zero.
  bool splits() {
    float& last = link(end_ - step_);
    if (std::abs(last) <= tolerance_ * std::abs(d(end_))) {
      last = 0;
      return true;
    }
    float mu = std::abs(d(begin_));
    smallest_ = mu;
    for (int64_t i = begin_; i != end_; i += step_) {
      if (std::abs(link(i)) <= tolerance_ * mu) {
        link(i) = 0;
        return true;
      }
      mu = std::abs(d(i + step_)) * (mu / (mu + std::abs(link(i))));
      smallest_ = std::min(smallest_, mu);
    }
    return false;
  }

  // Zero where a shift would cost relative accuracy.
  float choose_shift() {
    if (static_cast<float>(n_) * tolerance_ * (smallest_ / largest_) <=
        std::max(kRounding, 0.01F * tolerance_)) {
      return 0;
    }
    const float shift = smaller_value(d(end_ - step_), link(end_ - step_), d(end_));
    const float ratio = shift / std::abs(d(begin_));
    return d(begin_) != 0 && ratio * ratio < kRounding ? 0 : shift;
  }

  void sweep() {
    float c = 1, old_c = 1, old_s = 0;
    for (int64_t i = begin_; i != end_; i += step_) {
      const Rotation first = rotation(d(i) * c, link(i));
      if (i != begin_) link(i - step_) = old_s * first.r;
      c = first.c;
      const Rotation second = rotation(old_c * first.r, d(i + step_) * first.s);
      old_c = second.c;
      old_s = second.s;
      d(i) = second.r;
      turn(right(), i, i + step_, first.c, first.s);
      turn(left(), i, i + step_, second.c, second.s);
    }
    const float h = d(end_) * c;
    d(end_) = h * old_c;
    link(end_ - step_) = h * old_s;
  }

  void sweep(float shift) {
    float f = (std::abs(d(begin_)) - shift) * (sign_of(d(begin_)) + shift / d(begin_));
    float g = link(begin_);
    for (int64_t i = begin_; i != end_; i += step_) {
      const Rotation r = rotation(f, g);
      if (i != begin_) link(i - step_) = r.r;
      f = r.c * d(i) + r.s * link(i);
      link(i) = r.c * link(i) - r.s * d(i);
      g = r.s * d(i + step_);
      d(i + step_) = r.c * d(i + step_);
      const Rotation l = rotation(f, g);
      d(i) = l.r;
      f = l.c * link(i) + l.s * d(i + step_);
      d(i + step_) = l.c * d(i + step_) - l.s * link(i);
      if (i + step_ != end_) {
        g = l.s * link(i + step_);
        link(i + step_) = l.c * link(i + step_);
      }
      turn(right(), i, i + step_, r.c, r.s);
      turn(left(), i, i + step_, l.c, l.s);
    }
    link(end_ - step_) = f;
  }

  std::vector<float>&d_, &e_;
  FloatMatrix &u_, &v_;
  int64_t n_;
  float tolerance_ = 0, threshold_ = 0, largest_ = 0, smallest_ = 0;
  int64_t begin_ = 0, end_ = 0, step_ = 1;
};

}  // namespace

bool diagonalize_bidiagonal(std::vector<float>& diagonal, std::vector<float>& beside,
                            FloatMatrix& u, FloatMatrix& v) {
  const auto n = static_cast<int64_t>(diagonal.size());
  if (n == 1) {
    if (std::signbit(diagonal[0])) u(0, 0) = -1;
    diagonal[0] = std::abs(diagonal[0]);
    return true;
  }
  if (!Iteration(diagonal, beside, u, v).run()) return false;
  for (int64_t i = 0; i < n; ++i) {
    float& value = diagonal[static_cast<size_t>(i)];
    if (value < 0) {
      for (int64_t row = 0; row < v.rows; ++row) v(row, i) = -v(row, i);
    }
    value = std::abs(value);
  }
  // LAPACK sorts three times, which determines the order of equal values.
  const auto exchange = [&](int64_t i, int64_t j) {
    if (i == j) return;
    std::swap(diagonal[static_cast<size_t>(i)], diagonal[static_cast<size_t>(j)]);
    swap_columns(u, i, j);
    swap_columns(v, i, j);
  };
  for (int64_t end = n - 1; end > 0; --end) {
    int64_t least = 0;
    for (int64_t i = 1; i <= end; ++i) {
      if (diagonal[static_cast<size_t>(i)] <= diagonal[static_cast<size_t>(least)]) least = i;
    }
    exchange(least, end);
  }
  for (int64_t i = 0; i < n; ++i) {
    exchange(i, std::min_element(diagonal.begin() + i, diagonal.end()) - diagonal.begin());
  }
  for (int64_t i = 0; i < n; ++i) {
    exchange(i, std::max_element(diagonal.begin() + i, diagonal.end()) - diagonal.begin());
  }
  return true;
}

}  // namespace keras::ops::dense
