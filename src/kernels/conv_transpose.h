// Transposed convolution of 1-3 spatial axes, channels last.
#pragma once

#include <cstdint>

#include "kernels/epilogue.h"
#include "kernels/window.h"

namespace keras::kernels {

// The window slides over the OUTPUT: input position i and tap t contribute to output position i *
// stride + t * dilation - pad_begin. pad_begin is the number of outputs cropped at the start;
// negative extends the output. For the padding pair (before, after) of jax.lax.conv_transpose,
// pad_begin is (kernel - 1) * dilation - before. Every output is written.
struct ConvTranspose {
  Window window;
  int64_t batch = 1;
  int64_t in_channels = 1;
  int64_t out_channels = 1;
};

// Keras's weights [kernel..., out_channels, in_channels], packed once.
int64_t conv_transpose_packed_floats(const ConvTranspose& p);
void pack_conv_transpose(const ConvTranspose& p, const float* weights, float* packed);

int64_t conv_transpose_scratch_floats(const ConvTranspose& p);
void conv_transpose(const ConvTranspose& p, const float* x, const float* packed, float* y,
                    float* scratch, const Epilogue& epilogue = {});

}  // namespace keras::kernels
