// Depthwise convolution over 1-3 spatial axes: convolves each channel separately.
#pragma once

#include <cstdint>

#include "kernels/epilogue.h"
#include "kernels/window.h"

namespace keras::kernels {

struct DepthwiseConv {
  Window window;
  int64_t batch = 1;
  int64_t channels = 1;
  int64_t multiplier = 1;  // outputs per channel: output i of a channel is channel * multiplier + i
};

// x is [batch, input..., channels], weights are [kernel..., channels, multiplier] (Keras's
// layout, not packed), y is [batch, output..., channels * multiplier]. Does not support
// `accumulate` in the epilogue.
int64_t depthwise_conv_scratch_floats(const DepthwiseConv& p);
void depthwise_conv(const DepthwiseConv& p, const float* x, const float* weights, float* y,
                    float* scratch, const Epilogue& epilogue = {});

}  // namespace keras::kernels
