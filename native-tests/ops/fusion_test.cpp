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
