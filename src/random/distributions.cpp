#include "random/distributions.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "kernels/draws.h"
#include "random/draws.h"

namespace keras::random {

namespace {

float unit_of(uint32_t bits) { return std::bit_cast<float>(bits >> 9 | 0x3F800000u) - 1.f; }

}  // namespace

float unit_at(const Key& key, uint64_t index) { return unit_of(random_bits(key, index)); }

float uniform_at(const Key& key, uint64_t index, float minimum, float maximum) {
  return std::max(minimum, fma(unit_at(key, index), maximum - minimum, minimum));
}

float normal_at(const Key& key, uint64_t index) {
  return xla_erfinv(uniform_at(key, index, std::bit_cast<float>(0xBF7FFFFFu), 1.f)) * 1.41421354f;
}

namespace {

kernels::DrawKey words(const Key& key) { return {key[0], key[1]}; }

// y[i] = f(bits of element i of each stream)
template <size_t kStreams, class T, class F>
void each(const Key (&streams)[kStreams], T* y, int64_t n, const F& f) {
  constexpr int kChunk = 256;
  uint32_t bits[kStreams][kChunk];
  for (int64_t first = 0; first < n; first += kChunk) {
    const int size = static_cast<int>(std::min<int64_t>(n - first, kChunk));
    for (size_t stream = 0; stream < kStreams; ++stream) {
      kernels::draw_bits(words(streams[stream]), static_cast<uint64_t>(first), bits[stream], size);
    }
    for (int i = 0; i < size; ++i) y[first + i] = f(bits, i);
  }
}

}  // namespace

void unit(const Key& key, float* y, int64_t n) { kernels::draw_units(words(key), y, n); }

void uniform(const Key& key, float minimum, float maximum, float* y, int64_t n) {
  kernels::draw_uniform(words(key), minimum, maximum, y, n);
}

void normal(const Key& key, float mean, float stddev, float* y, int64_t n) {
  kernels::draw_normal(words(key), mean, stddev, y, n);
}

void truncated_normal(const Key& key, float mean, float stddev, float* y, int64_t n) {
  kernels::draw_truncated_normal(words(key), mean, stddev, y, n);
}

void randint(const Key& key, int32_t minimum, int32_t maximum, int32_t* y, int64_t n) {
  const uint32_t span =
      maximum > minimum ? static_cast<uint32_t>(maximum) - static_cast<uint32_t>(minimum) : 1u;
  uint32_t factor = 65536u % span;
  factor = factor * factor % span;
  each({split(key, 0), split(key, 1)}, y, n, [&](const auto& bits, int i) {
    const uint32_t offset = bits[0][i] % span * factor + bits[1][i] % span;
    return static_cast<int32_t>(static_cast<uint32_t>(minimum) + offset % span);
  });
}

void dropout_mask(const Key& key, double rate, uint8_t* keep, int64_t n) {
  const float probability = static_cast<float>(1.0 - rate);
  each({key}, keep, n, [&](const auto& bits, int i) {
    return static_cast<uint8_t>(unit_of(bits[0][i]) < probability);
  });
}

void dropout_apply(const float* x, const uint8_t* keep, double rate, float* y, int64_t n) {
  const float probability = static_cast<float>(1.0 - rate);
  for (int64_t i = 0; i < n; ++i) y[i] = keep[i] != 0 ? x[i] / probability : 0.f;
}

void categorical(const Key& key, const float* logits, int64_t batch, int64_t classes,
                 int64_t num_samples, int32_t* y, float* scratch) {
  uint64_t index = 0;
  for (int64_t row = 0; row < batch; ++row, y += num_samples, logits += classes) {
    for (int64_t label = 0; label < classes; ++label) {
      for (int64_t sample = 0; sample < num_samples; ++sample) {
        const float u = uniform_at(key, index++, std::numeric_limits<float>::min(), 1.f);
        const float score = -xla_log(-xla_log(u)) + logits[label];
        float& best = scratch[sample];
        if (label == 0 || score > best || (std::isnan(score) && !std::isnan(best))) {
          best = score;
          y[sample] = static_cast<int32_t>(label);
        }
      }
    }
  }
}

void shuffle_indices(const Key& key, int64_t outer, int64_t size, int64_t inner, int32_t* indices) {
  const int64_t total = outer * size * inner;
  for (int64_t i = 0; i < total; ++i) indices[i] = static_cast<int32_t>(i / inner % size);
  const double count = static_cast<double>(std::max<int64_t>(1, total));
  const int rounds = static_cast<int>(std::ceil(3.0 * std::log(count) / std::log(4294967295.0)));
  std::vector<int64_t> order(static_cast<size_t>(size));
  std::vector<uint32_t> keys(order.size());
  std::vector<int32_t> line(order.size());
  Key current = key;
  for (int round = 0; round < rounds; ++round) {
    const Key drawn = split(current, 1);
    current = split(current, 0);
    for (int64_t o = 0; o < outer; ++o) {
      for (int64_t i = 0; i < inner; ++i) {
        const int64_t first = o * size * inner + i;
        for (int64_t j = 0; j < size; ++j) {
          keys[static_cast<size_t>(j)] =
              random_bits(drawn, static_cast<uint64_t>(first + j * inner));
          line[static_cast<size_t>(j)] = indices[first + j * inner];
        }
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
          return keys[static_cast<size_t>(a)] < keys[static_cast<size_t>(b)];
        });
        for (int64_t j = 0; j < size; ++j) {
          indices[first + j * inner] = line[static_cast<size_t>(order[static_cast<size_t>(j)])];
        }
      }
    }
  }
}

}  // namespace keras::random
