#include "kernels/softmax.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/vector_math.h"

namespace keras::kernels {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

float largest(const float* x, int64_t n) {
  Vec result = splat(-kInfinity);
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) result = maximum(result, load(x + i));
  float lanes[kLanes];
  store(lanes, result);
  float top = lanes[0];
  const auto take = [&](float value) { top = value > top || std::isnan(value) ? value : top; };
  for (int j = 1; j < kLanes; ++j) take(lanes[j]);
  for (; i < n; ++i) take(x[i]);
  return top;
}

// y = exp(x - top), where y is given; returns the sum.
template <bool kStore>
float exp_sum(const float* x, float* y, int64_t n, float top) {
  const Vec shift = splat(top);
  Vec sums[2] = {zero(), zero()};
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    const Vec value = exp(load(x + i) - shift);
    if constexpr (kStore) store(y + i, value);
    Vec& sum = sums[i / kLanes % 2];
    sum = sum + value;
  }
  float total = sum_lanes(sums[0] + sums[1]);
  if (i < n) {
    float lanes[kLanes];
    store(lanes, exp(load_partial(x + i, n - i) - shift));
    for (int64_t j = 0; i + j < n; ++j) {
      if constexpr (kStore) y[i + j] = lanes[j];
      total += lanes[j];
    }
  }
  return total;
}

void scale_row(float* y, int64_t n, float factor) {
  for (int64_t i = 0; i < n; ++i) y[i] *= factor;
}

void softmax_row(const float* x, float* y, int64_t n) {
  const float sum = exp_sum<true>(x, y, n, largest(x, n));
  scale_row(y, n, 1.f / sum);
}

void log_softmax_row(const float* x, float* y, int64_t n) {
  const float top = largest(x, n);
  const float log_sum = std::log(exp_sum<false>(x, nullptr, n, top));
  for (int64_t i = 0; i < n; ++i) y[i] = x[i] - top - log_sum;
}

// Lines `inner` floats apart, four side by side; `lanes` of them count.
template <bool kLog>
void softmax_lines(const float* x, float* y, int64_t size, int64_t inner, int64_t lanes) {
  const auto get = [&](const float* p) {
    return lanes < kLanes ? load_partial(p, lanes) : load(p);
  };
  const auto put = [&](float* p, Vec v) {
    lanes < kLanes ? store_partial(p, v, lanes) : store(p, v);
  };
  Vec top = splat(-kInfinity);
  for (int64_t i = 0; i < size; ++i) top = maximum(top, get(x + i * inner));
  Vec sum = zero();
  for (int64_t i = 0; i < size; ++i) {
    const Vec value = exp(get(x + i * inner) - top);
    sum = sum + value;
    if constexpr (!kLog) put(y + i * inner, value);
  }
  const Vec last = kLog ? log(sum) : splat(1.f) / sum;
  for (int64_t i = 0; i < size; ++i) {
    put(y + i * inner, kLog ? get(x + i * inner) - top - last : get(y + i * inner) * last);
  }
}

template <bool kLog>
void run(const float* x, float* y, int64_t outer, int64_t size, int64_t inner) {
  for (int64_t o = 0; o < outer; ++o, x += size * inner, y += size * inner) {
    if (inner == 1) {
      (kLog ? log_softmax_row : softmax_row)(x, y, size);
    } else {
      for (int64_t i = 0; i < inner; i += kLanes) {
        softmax_lines<kLog>(x + i, y + i, size, inner, std::min<int64_t>(kLanes, inner - i));
      }
    }
  }
}

}  // namespace

void softmax(const float* x, float* y, int64_t outer, int64_t size, int64_t inner) {
  run<false>(x, y, outer, size, inner);
}

void log_softmax(const float* x, float* y, int64_t outer, int64_t size, int64_t inner) {
  run<true>(x, y, outer, size, inner);
}

void masked_softmax(const float* x, const uint8_t* mask, int64_t mask_rows, int64_t repeat,
                    float* y, int64_t rows, int64_t size) {
  for (int64_t row = 0; row < rows; ++row, x += size, y += size) {
    const uint8_t* keep = mask + row / repeat % mask_rows * size;
    for (int64_t i = 0; i < size; ++i) y[i] = keep[i] != 0 ? x[i] : -1e9f;
    softmax_row(y, y, size);
    for (int64_t i = 0; i < size; ++i) y[i] = keep[i] != 0 ? y[i] : 0.f;
  }
}

}  // namespace keras::kernels
