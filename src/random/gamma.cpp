#include <algorithm>
#include <cmath>

#include "random/distributions.h"
#include "random/draws.h"

namespace keras::random {
namespace {

// Marsaglia and Tsang's method as in jax/_src/random.py, _gamma_one. For alpha below 1 it draws
// with alpha + 1 and corrects.
float draw(Key key, float alpha, bool log_space) {
  const bool boosted = !(alpha >= 1.f);
  const float third = 1.f / 3.f;
  const float d = (boosted ? alpha + 1.f : alpha) - third;
  const float c = third / std::sqrt(d);
  const Key correction = split(key, 1);
  key = split(key, 0);
  float x_squared = 0.f, v_cubed = 1.f, u = 2.f;
  while (u >= fma(-0.0331f, x_squared * x_squared, 1.f) &&
         xla_log(u) >= fma(x_squared, 0.5f, d * ((1.f - v_cubed) + xla_log(v_cubed)))) {
    Key normals = split(key, 1);
    const Key uniforms = split(key, 2);
    key = split(key, 0);
    float x = 0.f, v = -1.f;
    while (v <= 0.f) {
      x = normal_at(split(normals, 1), 0);
      normals = split(normals, 0);
      v = fma(x, c, 1.f);
    }
    x_squared = x * x;
    v_cubed = (v * v) * v;
    u = unit_at(uniforms, 0);
  }
  if (log_space) {
    const float log_sample = xla_log1p(-unit_at(correction, 0));
    const float log_boost = !boosted || log_sample == 0.f ? 0.f : log_sample * (1.f / alpha);
    return (xla_log(d) + xla_log(v_cubed)) + log_boost;
  }
  if (!boosted) return d * v_cubed;
  const double sample = 1.f - unit_at(correction, 0);
  return (d * v_cubed) * static_cast<float>(std::pow(sample, static_cast<double>(1.f / alpha)));
}

}  // namespace

void gamma(const Key& key, const float* alpha, float* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i)
    y[i] = draw(split(key, static_cast<uint64_t>(i)), alpha[i], false);
}

void beta(const Key& key, const float* alpha, const float* beta, float* y, int64_t n) {
  const Key first = split(key, 0), second = split(key, 1);
  for (int64_t i = 0; i < n; ++i) {
    const float log_a = draw(split(first, static_cast<uint64_t>(i)), alpha[i], true);
    const float log_b = draw(split(second, static_cast<uint64_t>(i)), beta[i], true);
    const float larger = std::max(log_a, log_b);
    const float a = static_cast<float>(std::exp(static_cast<double>(log_a - larger)));
    const float b = static_cast<float>(std::exp(static_cast<double>(log_b - larger)));
    y[i] = a / (a + b);
  }
}

}  // namespace keras::random
