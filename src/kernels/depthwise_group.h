// A line of a depthwise convolution, several adjacent outputs at a time. Pixels are found through a
// table that maps padding to zeros, so that all outputs are computed alike.
#pragma once

#include <cstdint>

namespace keras::kernels {

struct DepthwiseGroups {
  int64_t taps = 0, stride = 0;  // along the line
  int64_t outputs = 0;
  int64_t channels = 0;  // floats between pixels of the output and between taps
  int64_t first_channel = 0, end_channel = 0;  // the channels to compute, at least 4

  int64_t lines = 0;
  // For each line, pointers to the first channel of table_width() pixels.
  const float* const* const* pixels = nullptr;
  const float* const* weights = nullptr;  // first tap of each line
  const float* bias = nullptr;            // of the first channel
  float low = 0.f, high = 0.f;            // clip limits of the result
  float* y = nullptr;

  static bool supports(int64_t taps, int64_t stride, int64_t dilation, int64_t channels);
  static int64_t table_width(int64_t outputs, int64_t stride, int64_t taps) {
    return (outputs - 1) * stride + taps;
  }
};
void depthwise_groups(const DepthwiseGroups& p);

}  // namespace keras::kernels
