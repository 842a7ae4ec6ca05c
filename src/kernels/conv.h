// Convolution over 1-3 spatial axes, channels last, with groups, strides, dilation
// and explicit padding.
#pragma once

#include <cstdint>

#include "kernels/epilogue.h"
#include "kernels/window.h"

namespace keras::kernels {

struct Conv {
  Window window;
  int64_t batch = 1;
  int64_t in_channels = 1;   // of the whole input
  int64_t out_channels = 1;  // of the whole output
  int64_t groups = 1;
};

// Weights [kernel..., in_channels / groups, out_channels], packed once. `scale`, if given, holds a
// factor per output channel.
int64_t conv_packed_floats(const Conv& p);
void pack_conv(const Conv& p, const float* weights, float* packed, const float* scale = nullptr);

// y = epilogue(conv(x)); x is [batch, input..., in_channels], y is [batch, output...,
// out_channels]. `scratch` (16-byte aligned) holds conv_scratch_floats(p) floats: addresses or
// patches of one tile, never of the whole image.
int64_t conv_scratch_floats(const Conv& p);
void conv(const Conv& p, const float* x, const float* packed, float* y, float* scratch,
          const Epilogue& epilogue = {});

}  // namespace keras::kernels
