#include "kernels/vector_math.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

namespace keras::kernels {
namespace {

// The largest relative error over every 1009th float of both signs in [low, high], without results
// that are not normal floats.
template <class F, class Exact>
double largest_error(const F& f, const Exact& exact, float low, float high) {
  double largest = 0.0;
  int64_t compared = 0;
  for (uint32_t bits = 0; bits < 0x7F800000u; bits += 1009) {
    for (uint32_t sign : {0u, 0x80000000u}) {
      const float x = std::bit_cast<float>(bits | sign);
      if (x < low || x > high) continue;
      const double expected = exact(static_cast<double>(x));
      if (!(std::fabs(expected) >= 1.2e-38 && std::fabs(expected) <= 3.4e38)) continue;
      float lanes[kLanes];
      store(lanes, f(splat(x)));
      const double error = std::fabs((lanes[0] - expected) / expected);
      if (!(error <= largest)) largest = error;
      ++compared;
    }
  }
  EXPECT_GT(compared, 400000);
  return largest;
}

// Fused multiply-adds round differently.
#ifdef KERAS_RELAXED_SIMD
constexpr double kLargestExpError = 8.3e-8;
#else
constexpr double kLargestExpError = 8e-8;
#endif

TEST(VectorMath, StaysWithinItsStatedErrors) {
  EXPECT_LT(largest_error([](Vec x) { return exp(x); }, [](double x) { return std::exp(x); },
                          -104.f, 89.f),
            kLargestExpError);
  EXPECT_LT(largest_error([exp = ExpOfNegative()](Vec x) { return exp(x); },
                          [](double x) { return std::exp(x); }, -87.3f, 0.f),
            1.2e-7);
  EXPECT_LT(largest_error([](Vec x) { return expm1(x); }, [](double x) { return std::expm1(x); },
                          -104.f, 89.f),
            1.2e-7);
  EXPECT_LT(largest_error([](Vec x) { return log(x); }, [](double x) { return std::log(x); },
                          1e-37f, 3.4e38f),
            2.2e-7);
  EXPECT_LT(largest_error([](Vec x) { return log1p(x); }, [](double x) { return std::log1p(x); },
                          -0.9999f, 3e38f),
            2.7e-7);
  EXPECT_LT(largest_error([](Vec x) { return tanh(x); }, [](double x) { return std::tanh(x); },
                          -1e9f, 1e9f),
            3.4e-7);
  EXPECT_LT(largest_error([](Vec x) { return erf(x); }, [](double x) { return std::erf(x); }, -1e9f,
                          1e9f),
            3.6e-7);
  EXPECT_LT(largest_error([](Vec x) { return atan(x); }, [](double x) { return std::atan(x); },
                          -1e30f, 1e30f),
            2.4e-7);
  EXPECT_LT(largest_error([](Vec x) { return sin(x); }, [](double x) { return std::sin(x); }, -1e4f,
                          1e4f),
            1.6e-7);
  EXPECT_LT(largest_error([](Vec x) { return cos(x); }, [](double x) { return std::cos(x); }, -1e4f,
                          1e4f),
            1.7e-7);
  EXPECT_LT(largest_error([](Vec x) { return sigmoid(x); },
                          [](double x) { return 1 / (1 + std::exp(-x)); }, -87.f, 1e9f),
            1.5e-7);
  EXPECT_LT(largest_error([](Vec x) { return softplus(x); },
                          [](double x) { return std::log1p(std::exp(x)); }, -87.f, 700.f),
            3e-7);
}

TEST(VectorMath, ReachesDenormals) {
  float lanes[kLanes];
  store(lanes, exp(splat(-95.f)));
  EXPECT_NEAR(lanes[0] / std::exp(-95.0), 1.0, 1e-4);
}

}  // namespace
}  // namespace keras::kernels
