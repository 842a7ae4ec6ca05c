#include "kernels/conv_transpose.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "testing/exact_rows.h"
#include "testing/naive_kernels.h"

namespace keras::kernels {
namespace {

using testing::Floats;

Dims spatial(const std::vector<int64_t>& shape, size_t from, size_t to) {
  return Dims(std::vector<int64_t>(shape.begin() + static_cast<int64_t>(from),
                                   shape.begin() + static_cast<int64_t>(to)));
}

TEST(ConvTranspose, AnswersAsKerasDoes) {
  const int rows =
      testing::for_each_row("kernels/conv_transpose.json", [](const testing::Row& row) {
        const std::vector<int64_t> x = row.shape(0), w = row.shape(1),
                                   y = testing::shape_of(row.outputs->at(0));
        const size_t rank = x.size() - 2;
        ConvTranspose p;
        p.batch = x[0];
        p.in_channels = x.back(), p.out_channels = y.back();
        p.window.input = Window::axes(spatial(x, 1, 1 + rank), 1);
        p.window.output = Window::axes(spatial(y, 1, 1 + rank), 1);
        p.window.kernel = Window::axes(spatial(w, 0, rank), 1);
        p.window.stride = Window::axes(row.list("stride"), 1);
        p.window.dilation = Window::axes(row.list("dilation"), 1);
        const Window::Axes before = Window::axes(row.list("jax_pad_before"), 0);
        for (int axis = 0; axis < 3; ++axis) {
          p.window.pad_begin[axis] =
              (p.window.kernel[axis] - 1) * p.window.dilation[axis] - before[axis];
        }
        Floats packed(static_cast<size_t>(conv_transpose_packed_floats(p)));
        Floats scratch(static_cast<size_t>(conv_transpose_scratch_floats(p)));
        Floats actual(row.output().size(), NAN);
        pack_conv_transpose(p, row.input(1).data(), packed.data());
        conv_transpose(p, row.input(0).data(), packed.data(), actual.data(), scratch.data());
        EXPECT_LT(testing::relative_error(actual, row.output()), 1e-6) << "case of rank " << rank;
      });
  EXPECT_EQ(rows, 18);
}

// The definition, for numbers of channels around the panel and of positions around the tile.
TEST(ConvTranspose, MatchesTheDefinition) {
  for (int64_t channels : {1, 4, 17}) {
    for (int64_t filters : {1, 8, 9}) {
      for (int64_t stride : {1, 2, 3}) {
        for (int64_t cut : {-1, 0, 1}) {
          ConvTranspose p;
          p.in_channels = channels, p.out_channels = filters;
          p.window.input = {1, 4, 13};
          p.window.kernel = {1, 3, 2};
          p.window.stride = {1, stride, stride};
          p.window.pad_begin = {0, cut, cut};
          for (int axis = 0; axis < 3; ++axis) {
            p.window.output[axis] = (p.window.input[axis] - 1) * p.window.stride[axis] +
                                    p.window.kernel[axis] - 2 * p.window.pad_begin[axis];
          }
          const int64_t taps = Window::count(p.window.kernel),
                        places = Window::count(p.window.output);
          const Floats x = testing::random_floats(Window::count(p.window.input) * channels, 1);
          const Floats w = testing::random_floats(taps * filters * channels, 2);
          const Floats bias = testing::random_floats(filters, 3);
          Floats expected(static_cast<size_t>(places * filters));
          for (size_t i = 0; i < expected.size(); ++i) expected[i] = bias[i % bias.size()];
          // The corresponding convolution, from output to input.
          Window turned = p.window;
          std::swap(turned.input, turned.output);
          testing::for_each_tap(turned, [&](int64_t in, int64_t tap, int64_t out) {
            for (int64_t o = 0; o < filters; ++o) {
              for (int64_t c = 0; c < channels; ++c) {
                expected[static_cast<size_t>(out * filters + o)] +=
                    x[static_cast<size_t>(in * channels + c)] *
                    w[static_cast<size_t>((tap * filters + o) * channels + c)];
              }
            }
          });
          Floats packed(static_cast<size_t>(conv_transpose_packed_floats(p)));
          Floats scratch(static_cast<size_t>(conv_transpose_scratch_floats(p)));
          Floats y(expected.size());
          pack_conv_transpose(p, w.data(), packed.data());
          conv_transpose(p, x.data(), packed.data(), y.data(), scratch.data(),
                         {.bias = bias.data(), .activation = Unary::kRelu});
          for (float& value : expected) value = std::max(value, 0.f);
          ASSERT_LT(testing::relative_error(y, expected), 2e-6)
              << channels << ", " << filters << ", " << stride << ", " << cut;
        }
      }
    }
  }
}

}  // namespace
}  // namespace keras::kernels
