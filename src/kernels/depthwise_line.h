// One line of a depthwise convolution whose window slides along it, with the weights and the
// unfinished sums in registers: each value of the input is loaded once for all taps of its line.
#pragma once

#include <cstdint>

namespace keras::kernels {

struct DepthwiseLine {
  static constexpr int64_t kTaps = 3;      // along the line, in steps of one
  static constexpr int64_t kMaxLines = 3;  // worked on together; more would not stay in registers

  int64_t input, output, pad;          // pixels; pad of them stand before the first
  int64_t channels;                    // floats between pixels of input, output and weights
  int64_t first_channel, end_channel;  // which to compute, at least 4

  static bool supports(int64_t lines, int64_t taps, int64_t stride, int64_t dilation,
                       int64_t channels);
};

// What one output line is computed from.
struct DepthwiseLineArrays {
  int64_t lines = 0;                                    // 1 to kMaxLines
  const float* x[DepthwiseLine::kMaxLines] = {};        // the first pixel of each
  const float* weights[DepthwiseLine::kMaxLines] = {};  // of the first tap of each
  const float* bias = nullptr;
  float low = 0, high = 0;  // what the result is clipped to
  float* y = nullptr;
};
void depthwise_line(const DepthwiseLine& p, const DepthwiseLineArrays& arrays);

}  // namespace keras::kernels
