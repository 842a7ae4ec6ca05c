#include "kernels/depthwise_conv.h"

#include <algorithm>
#include <limits>

#include "kernels/depthwise_line.h"
#include "kernels/simd.h"

namespace keras::kernels {
namespace {

// What is applied to the sums while they are in registers; anything else runs over the finished
// row.
struct Clip {
  float low = -std::numeric_limits<float>::infinity();
  float high = std::numeric_limits<float>::infinity();
  bool needed = false;

  explicit Clip(Unary activation)
      : needed(activation == Unary::kRelu || activation == Unary::kRelu6) {
    if (needed) low = 0.f;
    if (activation == Unary::kRelu6) high = 6.f;
  }
};

// The lines of the input that one output line needs, those in the padding left out.
struct Lines {
  const float** start;  // first pixel of each
  int64_t* weights;     // index of each one's first tap
  int64_t count = 0;
};

struct Row {
  Lines lines;
  const float* weights;  // [tap][channel]
  const float* bias;
  int64_t channels;
  int64_t dilation;  // floats between the pixels of neighbouring taps
  int64_t step;      // floats between the pixels of neighbouring outputs
  Clip clip;
};

// kPixels neighbouring outputs, kVectors * 4 channels each; `lanes` (1 to 4) of the last vector
// count when kVectors is 1. `x` is the offset in a line of tap 0 of the first output, and the taps
// [first, end) are inside for all of them.
template <int kPixels, int kVectors>
KERAS_INLINE void convolve(const Row& row, int64_t x, Window::Taps taps, int64_t channel,
                           int64_t lanes, float* y) {
  const auto get = [&](const float* p) {
    return kVectors == 1 && lanes < kLanes ? load_partial(p, lanes) : load(p);
  };
  Vec sums[kPixels][kVectors];
  KERAS_UNROLL
  for (int v = 0; v < kVectors; ++v) {
    const Vec start = row.bias != nullptr ? get(row.bias + channel + v * kLanes) : zero();
    KERAS_UNROLL
    for (int i = 0; i < kPixels; ++i) sums[i][v] = start;
  }
  for (int64_t line = 0; line < row.lines.count; ++line) {
    const float* pixel = row.lines.start[line] + (x + taps.first * row.dilation + channel);
    const float* weight =
        row.weights + (row.lines.weights[line] + taps.first) * row.channels + channel;
    for (int64_t tap = taps.first; tap < taps.end;
         ++tap, pixel += row.dilation, weight += row.channels) {
      KERAS_UNROLL
      for (int v = 0; v < kVectors; ++v) {
        const Vec factor = get(weight + v * kLanes);
        KERAS_UNROLL
        for (int i = 0; i < kPixels; ++i) {
          sums[i][v] = madd(get(pixel + i * row.step + v * kLanes), factor, sums[i][v]);
        }
      }
    }
  }
  KERAS_UNROLL
  for (int i = 0; i < kPixels; ++i) {
    KERAS_UNROLL
    for (int v = 0; v < kVectors; ++v) {
      Vec sum = sums[i][v];
      if (row.clip.needed) sum = min(max(sum, splat(row.clip.low)), splat(row.clip.high));
      float* out = y + i * row.channels + channel + v * kLanes;
      if (kVectors == 1 && lanes < kLanes) {
        store_partial(out, sum, lanes);
      } else {
        store(out, sum);
      }
    }
  }
}

template <int kPixels>
void convolve_channels(const Row& row, int64_t x, Window::Taps taps, float* y) {
  int64_t channel = 0;
  for (; channel + 2 * kLanes <= row.channels; channel += 2 * kLanes) {
    convolve<kPixels, 2>(row, x, taps, channel, kLanes, y);
  }
  for (; channel + kLanes <= row.channels; channel += kLanes)
    convolve<kPixels, 1>(row, x, taps, channel, kLanes, y);
  if (channel < row.channels) convolve<1, 1>(row, x, taps, channel, row.channels - channel, y);
  if constexpr (kPixels > 1) {
    for (int i = 1; channel < row.channels && i < kPixels; ++i) {
      convolve<1, 1>(row, x + i * row.step, taps, channel, row.channels - channel,
                     y + i * row.channels);
    }
  }
}

void convolve_row(const Row& row, const Window& w, float* y) {
  constexpr int kPixels = 4;
  for (int64_t column = 0; column < w.output[2];) {
    const Window::Taps taps = w.taps(2, column);
    const int64_t x = (column * w.stride[2] - w.pad_begin[2]) * row.channels;
    const int64_t last = column + kPixels - 1;
    const Window::Taps last_taps = w.taps(2, last);
    const bool together =
        last < w.output[2] && taps.first == last_taps.first && taps.end == last_taps.end;
    if (together) {
      convolve_channels<kPixels>(row, x, taps, y);
    } else {
      convolve_channels<1>(row, x, taps, y);
    }
    const int64_t done = together ? kPixels : 1;
    y += done * row.channels;
    column += done;
  }
}

// The same with a window that slides along the line.
void slide_along_row(const Row& row, const Window& w, const float* zeros, float* y) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const DepthwiseLine line{w.kernel[2], w.stride[2],    w.input[2],
                           w.output[2], w.pad_begin[2], row.channels};
  DepthwiseLineArrays arrays;
  arrays.start = row.bias != nullptr ? row.bias : zeros;
  arrays.y = y;
  for (int64_t first = 0; first < row.lines.count; first += arrays.lines) {
    const int64_t left = row.lines.count - first;
    arrays.lines = std::min(left, DepthwiseLine::kMaxLines);
    for (int64_t i = 0; i < arrays.lines; ++i) {
      arrays.x[i] = row.lines.start[first + i];
      arrays.weights[i] = row.weights + row.lines.weights[first + i] * row.channels;
    }
    const bool last = left == arrays.lines;
    arrays.low = last ? row.clip.low : -kInfinity;
    arrays.high = last ? row.clip.high : kInfinity;
    depthwise_line(line, arrays);
    arrays.start = y;
    arrays.start_step = row.channels;
  }
}

int64_t line_count(const DepthwiseConv& p) { return p.window.kernel[0] * p.window.kernel[1]; }
int64_t line_floats(const DepthwiseConv& p) {
  return p.window.input[2] * p.channels * p.multiplier;
}

// Each channel `multiplier` times, so that input and output channels correspond.
void repeat_channels(const float* x, int64_t n, int64_t multiplier, float* y) {
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = 0; j < multiplier; ++j) *y++ = x[i];
  }
}

}  // namespace

int64_t depthwise_conv_scratch_floats(const DepthwiseConv& p) {
  const int64_t entry =
      static_cast<int64_t>((sizeof(const float*) + sizeof(int64_t)) / sizeof(float));
  return line_count(p) * (entry + (p.multiplier > 1 ? line_floats(p) : 0)) +
         p.channels * p.multiplier;
}

void depthwise_conv(const DepthwiseConv& p, const float* x, const float* weights, float* y,
                    float* scratch, const Epilogue& epilogue) {
  const Window& w = p.window;
  const int64_t channels = p.channels * p.multiplier;
  const int64_t lines = line_count(p);
  int64_t* taps = reinterpret_cast<int64_t*>(scratch);
  const float** starts = reinterpret_cast<const float**>(taps + lines);
  float* zeros = reinterpret_cast<float*>(starts + lines);
  float* copies = zeros + channels;
  std::fill_n(zeros, channels, 0.f);
  const bool slides =
      DepthwiseLine::supports(w.kernel[2], w.stride[2], w.dilation[2], channels);
  Row row{{starts, taps},
          weights,
          epilogue.bias,
          channels,
          w.dilation[2] * channels,
          w.stride[2] * channels,
          Clip(epilogue.activation)};
  const int64_t in_line = w.input[2] * p.channels, out_line = w.output[2] * channels;
  for (int64_t image = 0; image < p.batch; ++image, x += w.input[0] * w.input[1] * in_line) {
    for (int64_t depth = 0; depth < w.output[0]; ++depth) {
      const Window::Taps depth_taps = w.taps(0, depth);
      for (int64_t height = 0; height < w.output[1]; ++height, y += out_line) {
        const Window::Taps height_taps = w.taps(1, height);
        row.lines.count = 0;
        for (int64_t d = depth_taps.first; d < depth_taps.end; ++d) {
          const int64_t plane = depth * w.stride[0] + d * w.dilation[0] - w.pad_begin[0];
          for (int64_t h = height_taps.first; h < height_taps.end; ++h) {
            const int64_t line = height * w.stride[1] + h * w.dilation[1] - w.pad_begin[1];
            const float* start = x + (plane * w.input[1] + line) * in_line;
            if (p.multiplier > 1) {
              float* copy = copies + row.lines.count * line_floats(p);
              repeat_channels(start, in_line, p.multiplier, copy);
              start = copy;
            }
            taps[row.lines.count] = (d * w.kernel[1] + h) * w.kernel[2];
            starts[row.lines.count++] = start;
          }
        }
        if (slides && row.lines.count > 0) {
          slide_along_row(row, w, zeros, y);
        } else {
          convolve_row(row, w, y);
        }
        if (!row.clip.needed && epilogue.activation != Unary::kLinear) {
          unary(epilogue.activation, y, y, out_line, epilogue.params);
        }
      }
    }
  }
}

}  // namespace keras::kernels
