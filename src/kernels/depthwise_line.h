// A line of a depthwise convolution with a sliding window. Weights and unfinished sums stay in
// registers, so that each input value is loaded once for all taps of its line.
#pragma once

#include <cstdint>

namespace keras::kernels {

struct DepthwiseLine {
  static constexpr int64_t kTaps = 3;      // along the line, in steps of one
  static constexpr int64_t kMaxLines = 3;  // computed together; more would exceed the registers

  int64_t input, output, pad;          // in pixels; `pad` of them precede the first
  int64_t channels;                    // floats between pixels of input, output and weights
  int64_t first_channel, end_channel;  // the channels to compute, at least 4

  static bool supports(int64_t lines, int64_t taps, int64_t stride, int64_t dilation,
                       int64_t channels);
};

// Inputs of one output line.
struct DepthwiseLineArrays {
  int64_t lines = 0;                                    // 1 to kMaxLines
  const float* x[DepthwiseLine::kMaxLines] = {};        // first pixel of each line
  const float* weights[DepthwiseLine::kMaxLines] = {};  // first tap of each line
  const float* bias = nullptr;
  float low = 0, high = 0;  // clip limits of the result
  float* y = nullptr;
};
void depthwise_line(const DepthwiseLine& p, const DepthwiseLineArrays& arrays);

}  // namespace keras::kernels
