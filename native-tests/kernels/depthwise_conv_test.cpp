#include "kernels/depthwise_conv.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "testing/naive_kernels.h"

namespace keras::kernels {
namespace {

using testing::Floats;
using testing::magnitudes;
using testing::random_floats;

Floats naive_depthwise(const DepthwiseConv& p, const Floats& x, const Floats& weights) {
  const int64_t channels = p.channels * p.multiplier;
  const int64_t pixels = Window::count(p.window.input), places = Window::count(p.window.output);
  std::vector<double> sums(static_cast<size_t>(p.batch * places * channels));
  for (int64_t image = 0; image < p.batch; ++image) {
    testing::for_each_tap(p.window, [&](int64_t out, int64_t tap, int64_t in) {
      for (int64_t c = 0; c < channels; ++c) {
        sums[static_cast<size_t>((image * places + out) * channels + c)] +=
            double(x[static_cast<size_t>((image * pixels + in) * p.channels + c / p.multiplier)]) *
            double(weights[static_cast<size_t>(tap * channels + c)]);
      }
    });
  }
  return Floats(sums.begin(), sums.end());
}

void expect_matches(DepthwiseConv p) {
  Window& w = p.window;
  for (int axis = 0; axis < 3; ++axis) {
    w.output[axis] =
        (w.input[axis] + 2 * w.pad_begin[axis] - (w.kernel[axis] - 1) * w.dilation[axis] - 1) /
            w.stride[axis] +
        1;
  }
  const int64_t channels = p.channels * p.multiplier;
  const Floats x = random_floats(p.batch * Window::count(w.input) * p.channels, 1);
  const Floats weights = random_floats(Window::count(w.kernel) * channels, 2);
  Floats scratch(static_cast<size_t>(depthwise_conv_scratch_floats(p)));
  Floats y(static_cast<size_t>(p.batch * Window::count(w.output) * channels));
  depthwise_conv(p, x.data(), weights.data(), y.data(), scratch.data());
  const Floats expected = naive_depthwise(p, x, weights);
  ASSERT_LT(testing::sum_error(y, expected, naive_depthwise(p, magnitudes(x), magnitudes(weights))),
            4e-7);

  const Floats bias = random_floats(channels, 3);
  for (Unary activation : {Unary::kLinear, Unary::kRelu, Unary::kRelu6, Unary::kTanh}) {
    depthwise_conv(p, x.data(), weights.data(), y.data(), scratch.data(),
                   {.bias = bias.data(), .activation = activation});
    Floats biased = expected;
    for (size_t i = 0; i < y.size(); ++i) biased[i] += bias[i % bias.size()];
    unary(activation, biased.data(), biased.data(), static_cast<int64_t>(biased.size()));
    ASSERT_LT(testing::relative_error(y, biased), 2e-6);
  }
}

TEST(DepthwiseConv, MatchesTheDefinitionForChannelsAroundTheVector) {
  for (int64_t multiplier : {1, 2, 3}) {
    for (int64_t channels = 1; channels <= 18; ++channels) {
      SCOPED_TRACE(std::to_string(channels) + " x " + std::to_string(multiplier));
      DepthwiseConv p;
      p.batch = 2;
      p.channels = channels, p.multiplier = multiplier;
      p.window.input = {1, 7, 11};
      p.window.kernel = {1, 3, 3};
      p.window.pad_begin = {0, 1, 1};
      expect_matches(p);
    }
  }
}

TEST(DepthwiseConv, MatchesTheDefinitionForEveryGeometry) {
  for (int64_t multiplier : {1, 2}) {
    for (int64_t kernel : {1, 2, 5}) {
      for (int64_t stride : {1, 2, 3}) {
        for (int64_t dilation : {1, 2}) {
          for (int64_t pad : {0, 2, 4}) {
            if ((kernel - 1) * dilation + 1 > 9 + 2 * pad) continue;
            DepthwiseConv p;
            p.channels = 6, p.multiplier = multiplier;
            p.window.input = {1, 9, 14};
            p.window.kernel = {1, kernel, kernel};
            p.window.stride = {1, stride, stride};
            p.window.dilation = {1, dilation, dilation};
            p.window.pad_begin = {0, pad, pad};
            expect_matches(p);
          }
        }
      }
    }
  }
}

// Lengths around the number of outputs computed together, with and without padding; channels that
// do not fill the last vector, and more than one block of them.
TEST(DepthwiseConv, MatchesTheDefinitionForEveryLengthOfALine) {
  for (int64_t kernel : {3, 5, 7}) {
    for (int64_t stride : {1, 2}) {
      for (int64_t pad : {0, 1, 3}) {
        for (int64_t width = std::max<int64_t>(1, kernel - 2 * pad); width <= 15; ++width) {
          for (int64_t channels : {4, 7, 35}) {
            SCOPED_TRACE(std::to_string(kernel) + " stride " + std::to_string(stride) + " pad " +
                         std::to_string(pad) + " width " + std::to_string(width) + " channels " +
                         std::to_string(channels));
            DepthwiseConv p;
            p.batch = 2;
            p.channels = channels;
            p.window.input = {1, 8, width};
            p.window.kernel = {1, kernel, kernel};
            p.window.stride = {1, stride, stride};
            p.window.pad_begin = {0, pad, pad};
            expect_matches(p);
          }
        }
      }
    }
  }
}

TEST(DepthwiseConv, MatchesTheDefinitionForImagesLargerThanCaches) {
  for (int64_t stride : {1, 2}) {
    for (int64_t kernel : {3, 5}) {
      DepthwiseConv p;
      p.channels = 50;
      p.window.input = {1, 30, 90};
      p.window.kernel = {1, kernel, kernel};
      p.window.stride = {1, stride, stride};
      p.window.pad_begin = {0, kernel / 2, kernel / 2};
      expect_matches(p);
    }
  }
}

TEST(DepthwiseConv, MatchesTheDefinitionInOneAndThreeDimensions) {
  DepthwiseConv p;
  p.channels = 5;
  p.window.input = {1, 1, 20};
  p.window.kernel = {1, 1, 4};
  expect_matches(p);
  p.window.input = {4, 5, 6};
  p.window.kernel = {2, 3, 2};
  p.window.pad_begin = {1, 0, 1};
  expect_matches(p);
}

}  // namespace
}  // namespace keras::kernels
