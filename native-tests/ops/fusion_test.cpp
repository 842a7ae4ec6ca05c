// Plans of real operations: what is fused, folded and packed gives the same numbers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "ops/ops.h"
#include "runtime/plan.h"

namespace keras::ops {
namespace {

using ::testing::ElementsAre;

// Values that differ everywhere, in [-1, 1].
Tensor filled(const Shape& shape, double seed) {
  const Tensor t = Tensor::allocate(shape, DType::kFloat32);
  for (int64_t i = 0; i < t.size(); ++i) {
    t.data<float>()[i] = static_cast<float>(std::sin(seed + 1.7 * static_cast<double>(i)));
  }
  return t;
}
Tensor positive(const Shape& shape, double seed) { return add(absolute(filled(shape, seed)), 0.5); }

// Records `compute`, compares the plan with computing at once, and returns the plan's steps.
template <class Compute>
std::vector<std::string> steps_of(const Tensor& x, const Compute& compute) {
  runtime::Recorder recorder;
  const std::vector<Tensor> outputs{compute(recorder.input(x.shape(), x.dtype()))};
  runtime::Plan plan(recorder, outputs);
  const std::vector<Tensor> inputs{x};
  Tensor got, want;
  {
    const runtime::RecordingPause pause;
    got = plan.run(inputs)[0];
    want = compute(x);
  }
  EXPECT_EQ(got.shape(), want.shape());
  for (int64_t i = 0; i < want.size(); ++i) {
    EXPECT_NEAR(got.item(i), want.item(i), 1e-5 + 1e-5 * std::abs(want.item(i))) << i;
  }
  return plan.step_names();
}

TEST(Fusion, DenseTakesBiasAndActivation) {
  const Tensor kernel = filled({6, 5}, 1), bias = filled({5}, 2);
  EXPECT_THAT(steps_of(filled({3, 6}, 0),
                       [&](const Tensor& x) { return relu(matmul_bias(x, kernel, bias)); }),
              ElementsAre("matmul"));
}

TEST(Fusion, DenseOverSeveralAxes) {
  const Tensor kernel = filled({6, 5}, 1), bias = filled({5}, 2);
  EXPECT_THAT(steps_of(filled({2, 3, 6}, 0),
                       [&](const Tensor& x) { return tanh(matmul_bias(x, kernel, bias)); }),
              ElementsAre("matmul"));
}

TEST(Fusion, BatchNormalizationFoldsIntoConv) {
  const Tensor kernel = filled({3, 3, 2, 4}, 1), bias = filled({4}, 2);
  const Tensor mean = filled({4}, 3), variance = positive({4}, 4);
  const Tensor gamma = filled({4}, 5), beta = filled({4}, 6);
  const auto block = [&](const Tensor& x) {
    const Tensor y = add(conv(x, kernel, {.padding = "same"}), bias);
    return relu(batch_normalization(y, mean, variance, -1, beta, gamma));
  };
  EXPECT_THAT(steps_of(filled({2, 5, 5, 2}, 0), block), ElementsAre("conv"));
}

TEST(Fusion, BatchNormalizationFoldsIntoDepthwiseConv) {
  const Tensor kernel = filled({3, 3, 4, 1}, 1);
  const Tensor mean = filled({4}, 3), variance = positive({4}, 4);
  const auto block = [&](const Tensor& x) {
    return relu6(batch_normalization(depthwise_conv(x, kernel), mean, variance, -1));
  };
  EXPECT_THAT(steps_of(filled({2, 5, 5, 4}, 0), block), ElementsAre("depthwise_conv"));
}

TEST(Fusion, ConvolutionsTakeZerosAroundTheirInput) {
  const Tensor kernel = filled({3, 3, 2, 5}, 1), pointwise = filled({1, 1, 2, 4}, 2);
  const Tensor depthwise = filled({3, 3, 4, 1}, 3), wide = filled({5, 5, 4, 1}, 4);
  for (int64_t before = 0; before < 7; ++before) {
    for (int64_t after = 0; after < 7; after += 2) {
      const std::vector<PadWidth> widths{{0, 0}, {before, after}, {after, before}, {0, 0}};
      for (const Ints& strides : {Ints{1, 1}, Ints{2, 2}, Ints{1, 3}}) {
        const ConvOptions options{.strides = strides};
        EXPECT_THAT(
            steps_of(filled({2, 7, 6, 2}, 0),
                     [&](const Tensor& x) { return conv(pad(x, widths), kernel, options); }),
            ElementsAre("conv"));
        EXPECT_THAT(
            steps_of(filled({2, 7, 6, 2}, 0),
                     [&](const Tensor& x) { return conv(pad(x, widths), pointwise, options); }),
            ElementsAre("conv"));
        for (const Tensor& weights : {depthwise, wide}) {
          EXPECT_THAT(steps_of(filled({2, 7, 6, 4}, 0),
                               [&](const Tensor& x) {
                                 return depthwise_conv(pad(x, widths), weights, options);
                               }),
                      ElementsAre("depthwise_conv"));
        }
      }
    }
  }
}

TEST(Fusion, OtherPaddingStays) {
  const Tensor kernel = filled({3, 3, 2, 5}, 1);
  const auto steps = [&](const std::vector<PadWidth>& widths, const char* mode, double value) {
    return steps_of(filled({1, 4, 4, 2}, 0), [&](const Tensor& x) {
      const Tensor padded = pad(x, widths, mode, value);
      return conv(padded, filled({3, 3, padded.shape().back(), 5}, 1));
    });
  };
  const std::vector<PadWidth> around{{0, 0}, {1, 1}, {1, 1}, {0, 0}};
  EXPECT_THAT(steps(around, "constant", 0), ElementsAre("conv"));
  EXPECT_THAT(steps(around, "constant", 1), ElementsAre("pad", "conv"));
  EXPECT_THAT(steps(around, "reflect", 0), ElementsAre("pad", "conv"));
  EXPECT_THAT(steps({{1, 0}, {1, 1}, {1, 1}, {0, 0}}, "constant", 0), ElementsAre("pad", "conv"));
  EXPECT_THAT(steps({{0, 0}, {1, 1}, {1, 1}, {0, 2}}, "constant", 0), ElementsAre("pad", "conv"));
  // Somebody else reads what was padded, too.
  EXPECT_THAT(steps_of(filled({1, 4, 4, 2}, 0),
                       [&](const Tensor& x) {
                         const Tensor padded = pad(x, around, "constant", 0);
                         return concatenate({conv(padded, kernel), conv(padded, kernel)}, 1);
                       }),
              ElementsAre("pad", "conv", "conv", "concatenate"));
}

TEST(Fusion, BatchNormalizationFoldsIntoDense) {
  const Tensor kernel = filled({6, 5}, 1), mean = filled({5}, 3), variance = positive({5}, 4);
  const auto block = [&](const Tensor& x) {
    return batch_normalization(matmul(x, kernel), mean, variance, -1);
  };
  EXPECT_THAT(steps_of(filled({3, 6}, 0), block), ElementsAre("matmul"));
}

TEST(Fusion, NothingFoldsBehindAnActivation) {
  const Tensor kernel = filled({6, 5}, 1), mean = filled({5}, 3), variance = positive({5}, 4);
  const auto block = [&](const Tensor& x) {
    return relu(batch_normalization(tanh(matmul(x, kernel)), mean, variance, -1));
  };
  EXPECT_THAT(steps_of(filled({3, 6}, 0), block), ElementsAre("matmul", "scale_shift"));
}

TEST(Fusion, AValueThatIsReadTwiceStaysWhole) {
  const Tensor kernel = filled({6, 6}, 1);
  const auto residual = [&](const Tensor& x) {
    const Tensor y = matmul(x, kernel);
    return add(relu(y), y);
  };
  EXPECT_THAT(steps_of(filled({3, 6}, 0), residual), ElementsAre("matmul", "unary", "binary"));
}

TEST(Fusion, ScalarsFoldToo) {
  const Tensor kernel = filled({6, 5}, 1);
  const auto scaled = [&](const Tensor& x) {
    return subtract(divide(multiply(matmul(x, kernel), 3), 2), 1);
  };
  EXPECT_THAT(steps_of(filled({3, 6}, 0), scaled), ElementsAre("matmul"));
}

TEST(Fusion, OperandsThatAreNotPerChannelDoNotFold) {
  const Tensor kernel = filled({6, 3}, 1), rows = filled({3, 1}, 2);
  const auto by_row = [&](const Tensor& x) { return add(matmul(x, kernel), rows); };
  EXPECT_THAT(steps_of(filled({3, 6}, 0), by_row), ElementsAre("matmul", "binary"));
  // A constant that widens the product is no shift of its channels.
  const Tensor wide = filled({2, 3, 3}, 3);
  const auto widened = [&](const Tensor& x) { return add(matmul(x, kernel), wide); };
  EXPECT_THAT(steps_of(filled({3, 6}, 0), widened), ElementsAre("matmul", "binary"));
}

TEST(Fusion, EinsumOfWeightsIsAProduct) {
  const Tensor kernel = filled({6, 2, 3}, 1);
  const auto dense = [&](const Tensor& x) { return einsum("abc,cde->abde", {x, kernel}); };
  EXPECT_THAT(steps_of(filled({2, 4, 6}, 0), dense), ElementsAre("matmul"));
}

TEST(Fusion, TransposedConvolutionTakesBias) {
  const Tensor kernel = filled({3, 3, 4, 2}, 1), bias = filled({4}, 2);
  const auto block = [&](const Tensor& x) {
    return relu(add(conv_transpose(x, kernel, {.strides = {2}, .padding = "same"}), bias));
  };
  EXPECT_THAT(steps_of(filled({2, 5, 5, 2}, 0), block), ElementsAre("conv_transpose"));
}

TEST(Fusion, HalvesComputeInFloat) {
  const Tensor kernel = cast(filled({6, 5}, 1), DType::kFloat16);
  const Tensor bias = cast(filled({5}, 2), DType::kFloat16);
  const auto dense = [&](const Tensor& x) { return matmul_bias(x, kernel, bias); };
  EXPECT_THAT(steps_of(cast(filled({3, 6}, 0), DType::kFloat16), dense),
              ElementsAre("cast", "matmul", "cast"));
}

}  // namespace
}  // namespace keras::ops
