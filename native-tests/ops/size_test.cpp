// Memory of steps that cannot be addressed is refused when the step is made, not when it runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/error.h"
#include "ops/common/packed.h"
#include "ops/ops.h"
#include "runtime/plan.h"
#include "runtime/recorder.h"

namespace keras::ops {
namespace {

using ::testing::HasSubstr;

// A tensor of a plan, which takes no memory yet.
constexpr int64_t kMany = (int64_t{1} << 30) - (1 << 16);

void expect_out_of_memory(std::string_view what, const std::function<void()>& body) {
  try {
    body();
    FAIL() << "nothing was raised for " << what;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kRuntimeError);
    EXPECT_THAT(error.what(), HasSubstr("Out of memory: " + std::string(what) + " has "));
  }
}

TEST(Sizes, ScratchMemoryThatCannotBeAddressedIsRefused) {
  runtime::Recorder recorder;
  const Tensor x = recorder.input({kMany}, DType::kFloat32);
  expect_out_of_memory("the scratch memory of an operation", [&] { sort(x); });
  expect_out_of_memory("the scratch memory of an operation", [&] { top_k(x, 1, true); });
}

TEST(Sizes, AnArenaThatCannotBeAddressedIsRefused) {
  runtime::Recorder recorder;
  const Tensor x = recorder.input({kMany}, DType::kFloat32);
  const Tensor forward = cumsum(x, 0);
  const std::vector<Tensor> outputs{sum(add(forward, cumprod(x, 0)))};
  expect_out_of_memory("what the steps of a prediction hand on",
                       [&] { runtime::Plan(recorder, outputs); });
}

TEST(Sizes, AResultThatCannotBeAddressedIsRefused) {
  runtime::Recorder recorder;
  const Tensor x = recorder.input({1 << 16, 1}, DType::kFloat32);
  expect_out_of_memory("a tensor of shape (65536, 65536) and dtype float32", [&] {
    const std::vector<Tensor> outputs{sum(exp(multiply(x, transpose(x))))};
    runtime::Plan(recorder, outputs);
  });
}

TEST(Sizes, PackedWeightsThatCannotBeAddressedAreRefused) {
  expect_out_of_memory("a packed weight", [] { Packed().allocate(int64_t{1} << 30); });
  expect_out_of_memory("a packed weight", [] { Packed().allocate((int64_t{1} << 32) + 1); });
}

TEST(Sizes, WindowsLargerThanAnyTensorAreRefused) {
  const Tensor x = Tensor::zeros({1, 4, 1}, DType::kFloat32);
  const Tensor kernel = Tensor::zeros({3, 1, 1}, DType::kFloat32);
  for (const int64_t dilation : {int64_t{1} << 33, int64_t{1} << 61, int64_t{1} << 62}) {
    EXPECT_THROW(conv(x, kernel, {.padding = "same", .dilation_rate = {dilation}}), Error);
    EXPECT_THROW(conv(x, kernel, {.dilation_rate = {dilation}}), Error);
  }
}

TEST(Sizes, AWindowThatStandsOnceMayStrideAsFarAsItLikes) {
  const std::vector<float> values{1, 2, 3, 4};
  const Tensor x = Tensor::from(std::span<const float>(values), Shape{1, 4, 1});
  const Tensor kernel = Tensor::full({2, 1, 1}, DType::kFloat32, 1);
  EXPECT_EQ(conv(x, kernel, {.strides = {int64_t{1} << 62}}).item(), 3);
}

TEST(Sizes, ShapesOfSymbolicTensorsMayBeLarge) {
  const Tensor x = Tensor::abstract({kNone, int64_t{1} << 40}, DType::kFloat32);
  EXPECT_EQ(repeat(x, int64_t{1} << 20, 1).shape(), (Shape{kNone, int64_t{1} << 60}));
  EXPECT_THROW(repeat(x, int64_t{1} << 30, 1), Error);
}

}  // namespace
}  // namespace keras::ops
