// Depthwise convolution of 1-3 spatial axes: every channel is convolved by itself.
#pragma once

#include <cstdint>

#include "kernels/epilogue.h"
#include "kernels/window.h"

namespace keras::kernels {

struct DepthwiseConv {
  Window window;
  int64_t batch = 1;
  int64_t channels = 1;
  int64_t multiplier = 1;  // outputs per channel: output channel is channel * multiplier + i
};

// x [batch, input..., channels], weights [kernel..., channels, multiplier] (as Keras stores them,
// not packed), y [batch, output..., channels * multiplier]. `accumulate` of the epilogue is not
// supported.
int64_t depthwise_conv_scratch_floats(const DepthwiseConv& p);
void depthwise_conv(const DepthwiseConv& p, const float* x, const float* weights, float* y,
                    float* scratch, const Epilogue& epilogue = {});

}  // namespace keras::kernels
