// Activations of a whole network take little more memory than those that live at the same time.
#include <gtest/gtest.h>

#include <algorithm>

#include "ops/ops.h"
#include "runtime/plan.h"

namespace keras::ops {
namespace {

// The convolutions of MobileNetV2, with the bytes that have to be alive at once: the input and the
// output of a step, and what an addition waits for.
class MobileNetV2 {
 public:
  Tensor call(const Tensor& image) {
    Tensor x = relu6(conv_step(image, 32, 3, 2));
    x = conv_step(depthwise_step(x, 1), 16, 1, 1);
    struct Stage {
      int64_t filters, blocks, stride;
    };
    for (const Stage& stage : {Stage{24, 2, 2}, Stage{32, 3, 2}, Stage{64, 4, 2}, Stage{96, 3, 1},
                               Stage{160, 3, 2}, Stage{320, 1, 1}}) {
      x = block(x, stage.filters, stage.stride);
      for (int64_t i = 1; i < stage.blocks; ++i) {
        waiting_ = bytes(x);
        const Tensor y = block(x, stage.filters, 1);
        waiting_ = 0;
        x = add(x, y);
      }
    }
    return relu6(conv_step(x, 1280, 1, 1));
  }

  int64_t largest_alive() const { return largest_; }

 private:
  static int64_t bytes(const Tensor& x) {
    return x.shape().size() * static_cast<int64_t>(sizeof(float));
  }
  Tensor noted(const Tensor& x, const Tensor& y) {
    // While a block's first step runs, what waits is its input.
    const int64_t other = bytes(x) == waiting_ ? 0 : waiting_;
    largest_ = std::max(largest_, bytes(x) + bytes(y) + other);
    return y;
  }
  Tensor conv_step(const Tensor& x, int64_t filters, int64_t size, int64_t stride) {
    const Shape kernel{size, size, x.shape().back(), filters};
    return noted(x, conv(x, Tensor::zeros(kernel, DType::kFloat32),
                         {.strides = {stride}, .padding = "same"}));
  }
  Tensor depthwise_step(const Tensor& x, int64_t stride) {
    const Shape kernel{3, 3, x.shape().back(), 1};
    return relu6(noted(x, depthwise_conv(x, Tensor::zeros(kernel, DType::kFloat32),
                                         {.strides = {stride}, .padding = "same"})));
  }
  Tensor block(const Tensor& x, int64_t filters, int64_t stride) {
    const Tensor expanded = relu6(conv_step(x, 6 * x.shape().back(), 1, 1));
    return conv_step(depthwise_step(expanded, stride), filters, 1, 1);
  }

  int64_t waiting_ = 0, largest_ = 0;
};

TEST(Arena, HoldsLittleMoreThanWhatLivesAtOnce) {
  runtime::Recorder recorder;
  MobileNetV2 network;
  const std::vector<Tensor> outputs{
      network.call(recorder.input(Shape{1, 224, 224, 3}, DType::kFloat32))};
  const runtime::Plan plan(recorder, outputs);
  EXPECT_GE(static_cast<int64_t>(plan.arena_bytes()), network.largest_alive());
  EXPECT_LE(static_cast<double>(plan.arena_bytes()),
            1.2 * static_cast<double>(network.largest_alive()));
}

}  // namespace
}  // namespace keras::ops
