#include "kernels/conv.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "testing/naive_kernels.h"

namespace keras::kernels {
namespace {

using testing::Floats;
using testing::magnitudes;
using testing::random_floats;

// Output size of one axis for padding `begin` and `end`.
int64_t output_size(int64_t input, int64_t kernel, int64_t stride, int64_t dilation, int64_t begin,
                    int64_t end) {
  return (input + begin + end - (kernel - 1) * dilation - 1) / stride + 1;
}

Window window(const Dims& input, const Dims& kernel, const Dims& stride, const Dims& dilation,
              const Dims& begin, const Dims& end) {
  Window w;
  w.input = Window::axes(input, 1);
  w.kernel = Window::axes(kernel, 1);
  w.stride = Window::axes(stride, 1);
  w.dilation = Window::axes(dilation, 1);
  w.pad_begin = Window::axes(begin, 0);
  const Window::Axes pad_end = Window::axes(end, 0);
  for (int axis = 0; axis < 3; ++axis) {
    w.output[axis] = output_size(w.input[axis], w.kernel[axis], w.stride[axis], w.dilation[axis],
                                 w.pad_begin[axis], pad_end[axis]);
  }
  return w;
}

Floats naive_conv(const Conv& p, const Floats& x, const Floats& weights) {
  const int64_t channels = p.in_channels / p.groups, columns = p.out_channels / p.groups;
  const int64_t pixels = Window::count(p.window.input), places = Window::count(p.window.output);
  std::vector<double> sums(static_cast<size_t>(p.batch * places * p.out_channels));
  for (int64_t image = 0; image < p.batch; ++image) {
    testing::for_each_tap(p.window, [&](int64_t out, int64_t tap, int64_t in) {
      for (int64_t o = 0; o < p.out_channels; ++o) {
        for (int64_t i = 0; i < channels; ++i) {
          sums[static_cast<size_t>((image * places + out) * p.out_channels + o)] +=
              double(x[static_cast<size_t>((image * pixels + in) * p.in_channels +
                                           o / columns * channels + i)]) *
              double(weights[static_cast<size_t>((tap * channels + i) * p.out_channels + o)]);
        }
      }
    });
  }
  return Floats(sums.begin(), sums.end());
}

void expect_matches(const Conv& p) {
  const int64_t taps = Window::count(p.window.kernel);
  const Floats x = random_floats(p.batch * Window::count(p.window.input) * p.in_channels, 1);
  const Floats weights = random_floats(taps * p.in_channels / p.groups * p.out_channels, 2);
  Floats packed(static_cast<size_t>(conv_packed_floats(p)));
  Floats scratch(static_cast<size_t>(conv_scratch_floats(p)));
  pack_conv(p, weights.data(), packed.data());
  Floats y(static_cast<size_t>(p.batch * Window::count(p.window.output) * p.out_channels));
  conv(p, x.data(), packed.data(), y.data(), scratch.data());
  const Floats expected = naive_conv(p, x, weights);
  ASSERT_LT(testing::sum_error(y, expected, naive_conv(p, magnitudes(x), magnitudes(weights))),
            4e-7);

  const Floats bias = random_floats(p.out_channels, 3);
  conv(p, x.data(), packed.data(), y.data(), scratch.data(),
       {.bias = bias.data(), .activation = Unary::kRelu});
  for (size_t i = 0; i < y.size(); ++i) {
    ASSERT_NEAR(y[i], std::max(0.f, expected[i] + bias[i % bias.size()]), 1e-4);
  }
}

TEST(Conv, MatchesTheDefinitionForChannelsAroundTheVector) {
  for (int64_t in : {1, 3, 4, 15, 16, 17, 33}) {
    for (int64_t out : {1, 7, 8, 9, 24}) {
      SCOPED_TRACE(std::to_string(in) + " -> " + std::to_string(out));
      Conv p;
      p.batch = 2;
      p.in_channels = in, p.out_channels = out;
      p.window = window({9, 7}, {3, 3}, {1, 1}, {1, 1}, {1, 1}, {1, 1});
      expect_matches(p);
    }
  }
}

TEST(Conv, MatchesTheDefinitionForEveryGeometry) {
  for (int64_t channels : {2, 18}) {
    for (int64_t kernel : {1, 2, 3, 5}) {
      for (int64_t stride : {1, 2, 3}) {
        for (int64_t dilation : {1, 2}) {
          for (int64_t pad : {0, 1, 4}) {
            if ((kernel - 1) * dilation + 1 > 11 + 2 * pad) continue;
            SCOPED_TRACE("channels " + std::to_string(channels) + " kernel " +
                         std::to_string(kernel) + " stride " + std::to_string(stride) +
                         " dilation " + std::to_string(dilation) + " pad " + std::to_string(pad));
            Conv p;
            p.in_channels = channels, p.out_channels = 10;
            p.window = window({11, 13}, {kernel, kernel}, {stride, stride}, {dilation, dilation},
                              {pad, pad}, {pad, pad + 1});
            expect_matches(p);
          }
        }
      }
    }
  }
}

TEST(Conv, MatchesTheDefinitionInOneAndThreeDimensions) {
  Conv p;
  p.batch = 3;
  p.in_channels = 5, p.out_channels = 11;
  p.window = window({37}, {4}, {2}, {1}, {3}, {0});  // causal
  expect_matches(p);
  p.in_channels = 20;
  expect_matches(p);
  p.window = window({5, 6, 7}, {2, 3, 2}, {2, 1, 2}, {1, 2, 1}, {1, 2, 0}, {0, 2, 1});
  expect_matches(p);
  p.in_channels = 3;
  expect_matches(p);
}

TEST(Conv, MatchesTheDefinitionInGroups) {
  for (int64_t channels : {1, 3, 16, 20}) {
    for (int64_t columns : {1, 4, 9}) {
      SCOPED_TRACE(std::to_string(channels) + " -> " + std::to_string(columns));
      Conv p;
      p.groups = 3;
      p.in_channels = 3 * channels, p.out_channels = 3 * columns;
      p.window = window({8, 5}, {3, 2}, {1, 2}, {1, 1}, {1, 0}, {1, 1});
      expect_matches(p);
      p.window = window({8, 5}, {1, 1}, {1, 1}, {1, 1}, {0, 0}, {0, 0});
      expect_matches(p);
    }
  }
}

}  // namespace
}  // namespace keras::kernels
