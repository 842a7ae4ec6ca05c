#include "kernels/draws.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "random/draws.h"

namespace keras::kernels {
namespace {

using Floats = std::vector<float>;
using random::Key;

constexpr float kBound = 0.9544997215270996f;

// A distribution as drawn by kernels, and element i as drawn by src/random.
struct Distribution {
  std::string name;
  std::function<void(DrawKey, float*, int64_t)> draw;
  std::function<float(const Key&, uint64_t)> element;
};

Distribution uniform(float minimum, float maximum) {
  return {"uniform from " + std::to_string(minimum) + " to " + std::to_string(maximum),
          [=](DrawKey key, float* y, int64_t n) { draw_uniform(key, minimum, maximum, y, n); },
          [=](const Key& key, uint64_t i) { return random::uniform_at(key, i, minimum, maximum); }};
}

Distribution normal(float mean, float stddev) {
  return {"normal", [=](DrawKey key, float* y, int64_t n) { draw_normal(key, mean, stddev, y, n); },
          [=](const Key& key, uint64_t i) { return random::normal_at(key, i) * stddev + mean; }};
}

Distribution truncated_normal(float mean, float stddev) {
  return {"truncated normal",
          [=](DrawKey key, float* y, int64_t n) { draw_truncated_normal(key, mean, stddev, y, n); },
          [=](const Key& key, uint64_t i) {
            const float z = 1.41421354f * xla_erfinv(random::uniform_at(key, i, -kBound, kBound));
            const float largest = std::nextafter(2.f, 0.f);
            return std::clamp(z, -largest, largest) * stddev + mean;
          }};
}

std::vector<Distribution> distributions() {
  constexpr float kLeast = std::numeric_limits<float>::min();
  return {{"units", draw_units, random::unit_at},
          uniform(0.f, 1.f),
          uniform(-0.07f, 0.07f),
          uniform(kLeast, 1.f),  // sums that float64 rounds
          uniform(1e-12f, 3.f),
          uniform(1000.f, 1000.3f),
          uniform(1e6f, 1e6f + 0.25f),
          uniform(-1e-40f, 2e-40f),  // denormal
          uniform(5.f, -3.f),
          uniform(2.f, 2.f),
          uniform(-3e38f, 3e38f),  // the span is infinite
          normal(0.f, 1.f),
          normal(0.3f, 0.05f),
          truncated_normal(0.f, 1.f),
          truncated_normal(-2.f, 0.02f)};
}

// The index of the first value whose bits differ; n when there is none.
size_t first_difference(const Distribution& distribution, const Key& key, size_t n) {
  Floats y(n + 1, 77.f);
  distribution.draw({key[0], key[1]}, y.data(), static_cast<int64_t>(n));
  EXPECT_EQ(y[n], 77.f) << "written past the end";
  for (size_t i = 0; i < n; ++i) {
    const float expected = distribution.element(key, i);
    if (std::isnan(expected) && std::isnan(y[i])) continue;
    if (std::bit_cast<uint32_t>(y[i]) != std::bit_cast<uint32_t>(expected)) return i;
  }
  return n;
}

TEST(Draws, AnyNumberOfThemEqualsSingleOnes) {
  for (const Distribution& distribution : distributions()) {
    for (size_t n = 0; n <= 67; ++n) {
      const Key key = {static_cast<uint32_t>(n) * 77u + 42u, n % 3 == 0 ? 0u : 0xDEADBEEFu};
      EXPECT_EQ(first_difference(distribution, key, n), n) << distribution.name;
    }
  }
}

TEST(Draws, LongStreamsEqualSingleOnes) {
  constexpr size_t kMany = 200'001;
  for (const Distribution& distribution : distributions()) {
    EXPECT_EQ(first_difference(distribution, {123, 7}, kMany), kMany) << distribution.name;
  }
}

TEST(Draws, BitsEqualThreefryFromAnyBlockOn) {
  const Key key = {42, 5};
  for (uint64_t first : {uint64_t{0}, uint64_t{16}, (uint64_t{1} << 32) - 32}) {
    for (int n = 0; n <= 67; ++n) {
      std::vector<uint32_t> y(static_cast<size_t>(n) + 1, 77u);
      draw_bits({key[0], key[1]}, first, y.data(), n);
      for (int i = 0; i < n; ++i) {
        EXPECT_EQ(y[static_cast<size_t>(i)],
                  random::random_bits(key, first + static_cast<uint64_t>(i)))
            << i << " of " << n << " from " << first;
      }
      EXPECT_EQ(y.back(), 77u) << "written past the end";
    }
  }
}

}  // namespace
}  // namespace keras::kernels
