#include "kernels/norm.h"

#include <algorithm>
#include <cmath>

#include "kernels/map.h"
#include "kernels/parallel.h"

namespace keras::kernels {
namespace {

// The sum of f over n values.
template <class F>
float sum_of(const float* x, int64_t n, const F& f) {
  Vec sums[4] = {zero(), zero(), zero(), zero()};
  int64_t i = 0;
  for (; i + 4 * kLanes <= n; i += 4 * kLanes) {
    KERAS_UNROLL
    for (int j = 0; j < 4; ++j) sums[j] = sums[j] + f(load(x + i + j * kLanes));
  }
  for (; i + kLanes <= n; i += kLanes) sums[0] = sums[0] + f(load(x + i));
  float total = sum_lanes((sums[0] + sums[1]) + (sums[2] + sums[3]));
  if (i < n) {
    float lanes[kLanes];
    store(lanes, f(load_partial(x + i, n - i)));
    for (int64_t j = 0; i + j < n; ++j) total += lanes[j];
  }
  return total;
}

float sum(const float* x, int64_t n) {
  return sum_of(x, n, [](Vec v) { return v; });
}
float sum_squares(const float* x, int64_t n, float mean) {
  const Vec shift = splat(mean);
  return sum_of(x, n, [&](Vec v) { return (v - shift) * (v - shift); });
}

// y = (x - mean) * factor, then optional gamma and beta.
void normalize_row(const float* x, float* y, int64_t n, float mean, float factor,
                   const float* gamma, const float* beta) {
  const Vec shift = splat(mean), scale = splat(factor);
  const auto at = [&](int64_t i, const auto& get) {
    Vec v = (get(x + i) - shift) * scale;
    if (gamma != nullptr) v = v * get(gamma + i);
    if (beta != nullptr) v = v + get(beta + i);
    return v;
  };
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) store(y + i, at(i, [](const float* p) { return load(p); }));
  if (i < n)
    store_partial(y + i, at(i, [&](const float* p) { return load_partial(p, n - i); }), n - i);
}

// Calls f(row of x, row of y).
template <class F>
void for_each_row(const float* x, float* y, int64_t rows, int64_t size, const F& f) {
  parallel_for(rows, size, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) f(x + row * size, y + row * size);
  });
}

}  // namespace

void layer_norm(const float* x, float* y, int64_t rows, int64_t size, float epsilon,
                const float* gamma, const float* beta) {
  const float count = static_cast<float>(size);
  for_each_row(x, y, rows, size, [=](const float* from, float* to) {
    const float mean = sum(from, size) / count;
    const float variance = sum_squares(from, size, mean) / count;
    normalize_row(from, to, size, mean, 1.f / std::sqrt(variance + epsilon), gamma, beta);
  });
}

void rms_norm(const float* x, float* y, int64_t rows, int64_t size, float epsilon,
              const float* gamma) {
  for_each_row(x, y, rows, size, [=](const float* from, float* to) {
    const float mean_square = sum_squares(from, size, 0.f) / static_cast<float>(size);
    normalize_row(from, to, size, 0.f, 1.f / std::sqrt(mean_square + epsilon), gamma, nullptr);
  });
}

void unit_norm(const float* x, float* y, int64_t rows, int64_t size, float epsilon) {
  for (int64_t row = 0; row < rows; ++row, x += size, y += size) {
    const float inverse = 1.f / std::sqrt(sum_squares(x, size, 0.f));
    normalize_row(x, y, size, 0.f, inverse > 1.f / epsilon ? 1.f / epsilon : inverse, nullptr,
                  nullptr);
  }
}

void scale_shift(const float* x, float* y, int64_t rows, int64_t channels, const float* scale,
                 const float* shift) {
  for_each_row(x, y, rows, channels, [=](const float* from, float* to) {
    int64_t i = 0;
    for (; i + kLanes <= channels; i += kLanes)
      store(to + i, load(from + i) * load(scale + i) + load(shift + i));
    for (; i < channels; ++i) to[i] = from[i] * scale[i] + shift[i];
  });
}

void batch_norm_scale_shift(const float* mean, const float* variance, const float* gamma,
                            const float* beta, float epsilon, int64_t channels, float* scale,
                            float* shift) {
  for (int64_t i = 0; i < channels; ++i) {
    const float factor =
        1.f / std::sqrt(variance[i] + epsilon) * (gamma != nullptr ? gamma[i] : 1.f);
    scale[i] = factor;
    shift[i] = -mean[i] * factor + (beta != nullptr ? beta[i] : 0.f);
  }
}

void group_norm(const float* x, float* y, int64_t batch, int64_t positions, int64_t channels,
                int64_t groups, float epsilon, const float* gamma, const float* beta) {
  const int64_t size = channels / groups;
  const double count = static_cast<double>(positions * size);
  for (int64_t image = 0; image < batch;
       ++image, x += positions * channels, y += positions * channels) {
    for (int64_t group = 0; group < groups; ++group) {
      const int64_t first = group * size;
      // Many positions contribute few values each, so the outer sum is in float64.
      double total = 0.0;
      for (int64_t i = 0; i < positions; ++i) total += sum(x + i * channels + first, size);
      const float mean = static_cast<float>(total / count);
      double squares = 0.0;
      for (int64_t i = 0; i < positions; ++i)
        squares += sum_squares(x + i * channels + first, size, mean);
      const float factor = 1.f / std::sqrt(static_cast<float>(squares / count) + epsilon);
      for (int64_t i = 0; i < positions; ++i) {
        const int64_t at = i * channels + first;
        normalize_row(x + at, y + at, size, mean, factor,
                      gamma != nullptr ? gamma + first : nullptr,
                      beta != nullptr ? beta + first : nullptr);
      }
    }
  }
}

}  // namespace keras::kernels
