#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "random/distributions.h"
#include "random/draws.h"

namespace keras::random {
namespace {

// jax/_src/random.py runs both methods below on the whole array, and each round draws for all
// elements. A round may change elements that were accepted before, so elements cannot be drawn one
// at a time.

float stirling_tail(float k) {
  static constexpr float kTable[] = {
      0.0810614667953272f,  0.0413406959554092f, 0.0276779256849983f, 0.02079067210376509f,
      0.0166446911898211f,  0.0138761288230707f, 0.0118967099458917f, 0.0104112652619720f,
      0.00925546218271273f, 0.00833056343336287f};
  if (k <= 9.f) return kTable[static_cast<int>(std::floor(std::max(k, 0.f)))];
  constexpr float kPlace = 9.f + 1.f;  // JAX also clamps k before it evaluates the series
  const float square = kPlace * kPlace;
  return (1.f / 12.f - (1.f / 360.f - 1.f / 1260.f / square) / square) / kPlace;
}

// Counts geometric gaps until they exceed `counts`; used for small counts * p.
void invert(Key key, const std::vector<float>& counts, const std::vector<float>& p,
            std::vector<float>& y) {
  std::vector<float> sums(y.size(), 0.f);
  std::fill(y.begin(), y.end(), 0.f);
  const auto is_open = [&](size_t i) { return sums[i] <= counts[i]; };
  for (bool open = true; open;) {
    open = false;
    const Key drawn = split(key, 0);
    key = split(key, 1);
    for (size_t i = 0; i < y.size(); ++i) {
      if (!is_open(i)) continue;
      y[i] += 1.f;
      sums[i] += std::ceil(xla_log(uniform_at(drawn, i, 0.f, 1.f)) / xla_log1p(-p[i]));
      open = open || is_open(i);
    }
  }
  for (float& value : y) value -= 1.f;
}

// Hormann's transformed rejection with squeeze; used for large counts * p.
struct Btrs {
  float count, p, stddev, b, a, c, v_r, r, alpha, m;

  Btrs(float n, float probability) : count(n), p(probability) {
    stddev = std::sqrt(count * p * (1.f - p));
    b = 1.15f + 2.53f * stddev;
    a = -0.0873f + 0.0248f * b + 0.01f * p;
    c = count * p + 0.5f;
    v_r = 0.92f - 4.2f / b;
    r = p / (1.f - p);
    alpha = (2.83f + 5.1f / b) * stddev;
    m = std::floor((count + 1.f) * p);
  }

  // Whether to accept the draw; `k` is its value.
  bool accepts(float u, float v, float& k) const {
    const float us = 0.5f - std::fabs(u);
    k = std::floor((2.f * a / us + b) * u + c);
    if (us >= 0.07f && v <= v_r) return true;
    if (k < 0.f || k > count) return false;
    const float log_v = xla_log(v * alpha / (a / (us * us) + b));
    const float bound = (m + 0.5f) * xla_log((m + 1.f) / (r * (count - m + 1.f))) +
                        (count + 1.f) * xla_log((count - m + 1.f) / (count - k + 1.f)) +
                        (k + 0.5f) * xla_log(r * (count - k + 1.f) / (k + 1.f)) + stirling_tail(m) +
                        stirling_tail(count - m) - stirling_tail(k) - stirling_tail(count - k);
    return log_v <= bound;
  }
};

void reject(Key key, const std::vector<float>& counts, const std::vector<float>& p,
            std::vector<float>& y) {
  std::vector<bool> settled(y.size(), false);
  size_t open = y.size();
  while (open > 0) {
    const Key first = split(key, 1), second = split(key, 2);
    key = split(key, 0);
    for (size_t i = 0; i < y.size(); ++i) {
      float k;
      if (!Btrs(counts[i], p[i])
               .accepts(uniform_at(first, i, 0.f, 1.f) - 0.5f, uniform_at(second, i, 0.f, 1.f), k))
        continue;
      y[i] = k;
      if (!settled[i]) --open;
      settled[i] = true;
    }
  }
}

}  // namespace

void binomial(const Key& key, const float* counts, const float* probabilities, float* y,
              int64_t n) {
  const size_t size = static_cast<size_t>(n);
  std::vector<float> small_counts(size), large_counts(size), q(size), large_q(size), inverted(size),
      rejected(size);
  std::vector<bool> inverts(size), invalid(size);
  for (size_t i = 0; i < size; ++i) {
    q[i] = probabilities[i] < 0.5f ? probabilities[i] : 1.f - probabilities[i];
    invalid[i] = !(q[i] >= 0.f) || !(counts[i] >= 0.f);
    if (!(q[i] >= 0.f)) q[i] = 0.01f;
    inverts[i] = invalid[i] || std::isinf(counts[i]) || counts[i] * q[i] <= 10.f;
    const float count = std::isfinite(counts[i]) ? std::floor(counts[i]) : 0.f;
    small_counts[i] = inverts[i] ? count : 0.f;
    large_counts[i] = inverts[i] ? 1e4f : count;
    large_q[i] = inverts[i] ? 0.5f : q[i];
  }
  invert(key, small_counts, q, inverted);
  reject(key, large_counts, large_q, rejected);
  for (size_t i = 0; i < size; ++i) {
    const float sample = inverts[i] ? inverted[i] : rejected[i];
    y[i] = probabilities[i] < 0.5f ? sample : std::floor(counts[i]) - sample;
    if (std::isinf(counts[i])) y[i] = counts[i];
    if (invalid[i]) y[i] = std::numeric_limits<float>::quiet_NaN();
  }
}

}  // namespace keras::random
