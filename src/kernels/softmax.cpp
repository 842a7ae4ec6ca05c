#include "kernels/softmax.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/map.h"
#include "kernels/parallel.h"
#include "kernels/vector_math.h"

namespace keras::kernels {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// The largest value. May ignore NaN, which reappears in the sum of exponentials.
float largest(const float* x, int64_t n) {
  Vec tops[4];
  for (Vec& top : tops) top = splat(-kInfinity);
  int64_t i = 0;
  for (; i + 4 * kLanes <= n; i += 4 * kLanes) {
    KERAS_UNROLL
    for (int j = 0; j < 4; ++j) tops[j] = max(load(x + i + j * kLanes), tops[j]);
  }
  for (; i + kLanes <= n; i += kLanes) tops[0] = max(load(x + i), tops[0]);
  float lanes[kLanes];
  store(lanes, max(max(tops[0], tops[1]), max(tops[2], tops[3])));
  float top = std::max(std::max(lanes[0], lanes[1]), std::max(lanes[2], lanes[3]));
  for (; i < n; ++i) top = std::max(top, x[i]);
  return top;
}

// y = exp(x - top), if kStore; returns the sum.
template <bool kStore>
float exp_sum(const float* x, float* y, int64_t n, float top) {
  const Vec shift = splat(top);
  const ExpOfNegative exp;
  const auto at = [&](int64_t i) {
    const Vec value = exp(load(x + i) - shift);
    if constexpr (kStore) store(y + i, value);
    return value;
  };
  Vec even = zero(), odd = zero();
  int64_t i = 0;
  for (; i + 2 * kLanes <= n; i += 2 * kLanes) {
    even += at(i);
    odd += at(i + kLanes);
  }
  if (i + kLanes <= n) {
    even += at(i);
    i += kLanes;
  }
  float total = sum_lanes(even + odd);
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

void softmax_row(const float* x, float* y, int64_t n) {
  const Vec scale = splat(1.f / exp_sum<true>(x, y, n, largest(x, n)));
  map(y, y, n, [&](Vec value) { return value * scale; });
}

void log_softmax_row(const float* x, float* y, int64_t n) {
  const float top = largest(x, n);
  const float log_sum = std::log(exp_sum<false>(x, nullptr, n, top));
  for (int64_t i = 0; i < n; ++i) y[i] = x[i] - top - log_sum;
}

// Lines `inner` floats apart, four adjacent ones at a time, of which `lanes` are used.
template <bool kLog>
void softmax_lines(const float* x, float* y, int64_t size, int64_t inner, int64_t lanes) {
  const auto get = [&](const float* p) {
    return lanes < kLanes ? load_partial(p, lanes) : load(p);
  };
  const auto put = [&](float* p, Vec v) {
    lanes < kLanes ? store_partial(p, v, lanes) : store(p, v);
  };
  Vec top = splat(-kInfinity);
  for (int64_t i = 0; i < size; ++i) top = max(get(x + i * inner), top);
  Vec sum = zero();
  const ExpOfNegative exp;
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
void run_range(const float* x, float* y, int64_t outer, int64_t size, int64_t inner) {
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

template <bool kLog>
void run(const float* x, float* y, int64_t outer, int64_t size, int64_t inner) {
  constexpr int64_t kCost = 16;  // per vector
  parallel_for(outer, size * inner / kLanes * kCost, [=](int64_t begin, int64_t end) {
    const int64_t at = begin * size * inner;
    run_range<kLog>(x + at, y + at, end - begin, size, inner);
  });
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
