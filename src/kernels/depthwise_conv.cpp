#include "kernels/depthwise_conv.h"

#include <algorithm>
#include <limits>

#include "kernels/depthwise_group.h"
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
  const float** start;         // first pixel of each
  const float** weights;       // first tap of each
  const float* const** table;  // its pixels
  int64_t count = 0;
};

struct Row {
  Lines lines;
  const float* bias;
  int64_t channels;
  int64_t first_channel, end_channel;  // those that are computed
  int64_t dilation;                    // floats between the pixels of neighbouring taps
  int64_t step;                        // floats between the pixels of neighbouring outputs
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
    const Vec start = get(row.bias + channel + v * kLanes);
    KERAS_UNROLL
    for (int i = 0; i < kPixels; ++i) sums[i][v] = start;
  }
  for (int64_t line = 0; line < row.lines.count; ++line) {
    const float* pixel = row.lines.start[line] + (x + taps.first * row.dilation + channel);
    const float* weight = row.lines.weights[line] + taps.first * row.channels + channel;
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
  int64_t channel = row.first_channel;
  for (; channel + 2 * kLanes <= row.end_channel; channel += 2 * kLanes) {
    convolve<kPixels, 2>(row, x, taps, channel, kLanes, y);
  }
  for (; channel + kLanes <= row.end_channel; channel += kLanes)
    convolve<kPixels, 1>(row, x, taps, channel, kLanes, y);
  if (channel < row.end_channel)
    convolve<1, 1>(row, x, taps, channel, row.end_channel - channel, y);
  if constexpr (kPixels > 1) {
    for (int i = 1; channel < row.end_channel && i < kPixels; ++i) {
      convolve<1, 1>(row, x + i * row.step, taps, channel, row.end_channel - channel,
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
void slide_along_row(const Row& row, const Window& w, float* y) {
  const DepthwiseLine line{w.input[2],   w.output[2],       w.pad_begin[2],
                           row.channels, row.first_channel, row.end_channel};
  DepthwiseLineArrays arrays;
  arrays.bias = row.bias;
  arrays.low = row.clip.low;
  arrays.high = row.clip.high;
  arrays.y = y;
  arrays.lines = row.lines.count;
  std::copy_n(row.lines.start, row.lines.count, arrays.x);
  std::copy_n(row.lines.weights, row.lines.count, arrays.weights);
  depthwise_line(line, arrays);
}

int64_t line_count(const DepthwiseConv& p) { return p.window.kernel[0] * p.window.kernel[1]; }
int64_t table_width(const DepthwiseConv& p) {
  const Window& w = p.window;
  return DepthwiseGroups::table_width(w.output[2], w.stride[2], w.kernel[2]);
}

// The pixels of all lines of an image, with the padding that the outputs of a line need.
void fill_table(const DepthwiseConv& p, const float* image, const float* zeros,
                const float** table) {
  const Window& w = p.window;
  const int64_t width = table_width(p);
  for (int64_t line = 0; line < w.input[0] * w.input[1]; ++line) {
    for (int64_t i = 0; i < width; ++i) {
      const int64_t pixel = i - w.pad_begin[2];
      const bool inside = pixel >= 0 && pixel < w.input[2];
      *table++ = inside ? image + pixel * p.channels : zeros;
    }
    image += w.input[2] * p.channels;
  }
}

// The same for groups of outputs, whose lines are those of the table.
void convolve_groups(const Row& row, const Window& w, float* y) {
  DepthwiseGroups p;
  p.taps = w.kernel[2], p.stride = w.stride[2], p.outputs = w.output[2];
  p.channels = row.channels;
  p.first_channel = row.first_channel, p.end_channel = row.end_channel;
  p.lines = row.lines.count;
  p.pixels = row.lines.table;
  p.weights = row.lines.weights;
  p.bias = row.bias;
  p.low = row.clip.low, p.high = row.clip.high;
  p.y = y;
  depthwise_groups(p);
}

enum class Method { kSlide, kGroups, kAny };

Method choose_method(const DepthwiseConv& p) {
  const Window& w = p.window;
  const int64_t channels = p.channels * p.multiplier;
  if (DepthwiseLine::supports(line_count(p), w.kernel[2], w.stride[2], w.dilation[2], channels))
    return Method::kSlide;
  if (p.multiplier == 1 &&
      DepthwiseGroups::supports(w.kernel[2], w.stride[2], w.dilation[2], channels))
    return Method::kGroups;
  return Method::kAny;
}

// Channels that are computed before the next ones, for a whole image: so many that the lines of the
// input that one line of the output needs stay in the first-level cache for the next. Groups of an
// image that comes from memory take all: several pieces of it would be fetched slowly.
int64_t block_channels(const DepthwiseConv& p, Method method) {
  constexpr int64_t kFirstLevelFloats = 4096, kSecondLevelFloats = 128 * 1024, kCacheLine = 16;
  const int64_t channels = p.channels * p.multiplier;
  const int64_t image = Window::count(p.window.input) * channels;
  if (p.multiplier > 1 || (method != Method::kSlide && image > kSecondLevelFloats)) return channels;
  const int64_t pixels = line_count(p) * p.window.input[2];
  return std::max(kCacheLine, kFirstLevelFloats / pixels / kCacheLine * kCacheLine);
}

int64_t line_floats(const DepthwiseConv& p) {
  return p.window.input[2] * p.channels * p.multiplier;
}

// Each channel `multiplier` times, so that input and output channels correspond.
void repeat_channels(const float* x, int64_t n, int64_t multiplier, float* y) {
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = 0; j < multiplier; ++j) *y++ = x[i];
  }
}

// Where the parts of the scratch begin, in floats.
struct Scratch {
  int64_t lines, weights, line_tables, table, zeros, copies, floats;

  explicit Scratch(const DepthwiseConv& p) {
    constexpr auto kPointer = static_cast<int64_t>(sizeof(const float*) / sizeof(float));
    const Window& w = p.window;
    const int64_t count = line_count(p);
    const bool groups = choose_method(p) == Method::kGroups;
    lines = 0;
    weights = lines + count * kPointer;
    line_tables = weights + count * kPointer;
    table = line_tables + count * kPointer;
    zeros = table + (groups ? w.input[0] * w.input[1] * table_width(p) * kPointer : 0);
    copies = zeros + p.channels * p.multiplier;
    floats = copies + (p.multiplier > 1 ? count * line_floats(p) : 0);
  }
};

}  // namespace

int64_t depthwise_conv_scratch_floats(const DepthwiseConv& p) { return Scratch(p).floats; }

void depthwise_conv(const DepthwiseConv& p, const float* x, const float* weights, float* y,
                    float* scratch, const Epilogue& epilogue) {
  const Window& w = p.window;
  const int64_t channels = p.channels * p.multiplier;
  const Scratch parts(p);
  const Method method = choose_method(p);
  const int64_t block = block_channels(p, method);
  const float** table = reinterpret_cast<const float**>(scratch + parts.table);
  float* zeros = scratch + parts.zeros;
  float* copies = scratch + parts.copies;
  std::fill_n(zeros, channels, 0.f);
  Row row{{reinterpret_cast<const float**>(scratch + parts.lines),
           reinterpret_cast<const float**>(scratch + parts.weights),
           reinterpret_cast<const float* const**>(scratch + parts.line_tables)},
          epilogue.bias != nullptr ? epilogue.bias : zeros,
          channels,
          0,
          0,
          w.dilation[2] * channels,
          w.stride[2] * channels,
          Clip(epilogue.activation)};
  const int64_t in_line = w.input[2] * p.channels, out_line = w.output[2] * channels;

  const auto find_lines = [&](const float* image, int64_t depth, int64_t height) {
    const Window::Taps depth_taps = w.taps(0, depth), height_taps = w.taps(1, height);
    row.lines.count = 0;
    for (int64_t d = depth_taps.first; d < depth_taps.end; ++d) {
      const int64_t plane = depth * w.stride[0] + d * w.dilation[0] - w.pad_begin[0];
      for (int64_t h = height_taps.first; h < height_taps.end; ++h) {
        const int64_t line = height * w.stride[1] + h * w.dilation[1] - w.pad_begin[1];
        const float* start = image + (plane * w.input[1] + line) * in_line;
        if (p.multiplier > 1) {
          float* copy = copies + row.lines.count * line_floats(p);
          repeat_channels(start, in_line, p.multiplier, copy);
          start = copy;
        }
        row.lines.table[row.lines.count] = table + (plane * w.input[1] + line) * table_width(p);
        row.lines.weights[row.lines.count] =
            weights + (d * w.kernel[1] + h) * w.kernel[2] * channels;
        row.lines.start[row.lines.count++] = start;
      }
    }
  };
  const auto compute_line = [&](float* line) {
    if (method == Method::kSlide && row.lines.count > 0) {
      slide_along_row(row, w, line);
    } else if (method == Method::kGroups) {
      convolve_groups(row, w, line);
    } else {
      convolve_row(row, w, line);
    }
  };
  for (int64_t image = 0; image < p.batch; ++image) {
    if (method == Method::kGroups) fill_table(p, x, zeros, table);
    for (int64_t channel = 0; channel < channels; channel = row.end_channel) {
      // What is left must suffice for a vector.
      const bool last = channel + block + kLanes > channels;
      row.first_channel = channel;
      row.end_channel = last ? channels : channel + block;
      float* line = y;
      for (int64_t depth = 0; depth < w.output[0]; ++depth) {
        for (int64_t height = 0; height < w.output[1]; ++height, line += out_line) {
          find_lines(x, depth, height);
          compute_line(line);
          if (last && !row.clip.needed && epilogue.activation != Unary::kLinear)
            unary(epilogue.activation, line, line, out_line, epilogue.params);
        }
      }
    }
    x += w.input[0] * w.input[1] * in_line;
    y += w.output[0] * w.output[1] * out_line;
  }
}

}  // namespace keras::kernels
