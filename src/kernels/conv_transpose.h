// Transposed convolution of 1-3 spatial axes, channels last.
#pragma once

#include <cstdint>

#include "kernels/epilogue.h"
#include "kernels/window.h"

namespace keras::kernels {

// The window slides over the OUTPUT: input position i and tap t meet at output position i * stride
// + t * dilation - pad_begin. pad_begin is how much of the full output is cut off at its start,
// negative when it is extended. From the pair (before, after) that jax.lax.conv_transpose takes,
// pad_begin is (kernel - 1) * dilation - before. Every output is written.
struct ConvTranspose {
  Window window;
  int64_t batch = 1;
  int64_t in_channels = 1;
  int64_t out_channels = 1;
};

// Weights [kernel..., out_channels, in_channels] as Keras stores them, packed once.
int64_t conv_transpose_packed_floats(const ConvTranspose& p);
void pack_conv_transpose(const ConvTranspose& p, const float* weights, float* packed);

int64_t conv_transpose_scratch_floats(const ConvTranspose& p);
void conv_transpose(const ConvTranspose& p, const float* x, const float* packed, float* y,
                    float* scratch, const Epilogue& epilogue = {});

}  // namespace keras::kernels
