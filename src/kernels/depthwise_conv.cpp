#include "kernels/depthwise_conv.h"

#include <algorithm>
#include <limits>

#include "kernels/depthwise_group.h"
#include "kernels/depthwise_line.h"
#include "kernels/parallel.h"
#include "kernels/simd.h"
#include "kernels/tile.h"

namespace keras::kernels {
namespace {

// Activations applied to the sums in registers; others run over the finished row.
struct Clip {
  float low = -std::numeric_limits<float>::infinity();
  float high = std::numeric_limits<float>::infinity();
  bool needed = false;

  Clip() = default;
  explicit Clip(Unary activation)
      : needed(activation == Unary::kRelu || activation == Unary::kRelu6) {
    if (needed) low = 0.f;
    if (activation == Unary::kRelu6) high = 6.f;
  }
};

// The input lines that one output line reads, without padding lines.
struct Lines {
  const float** start;         // first pixel of each line
  const float** weights;       // first tap of each line
  const float* const** table;  // pixels of each line
  int64_t count = 0;
};

struct Row {
  Lines lines;
  const float* bias;
  int64_t channels;
  int64_t first_channel, end_channel;  // the channels to compute
  int64_t dilation;                    // floats between the pixels of adjacent taps
  int64_t step;                        // floats between the pixels of adjacent outputs
  Clip clip;
};

// Computes kPixels adjacent outputs with kVectors * 4 channels each; of the last vector only
// `lanes` (1 to 4) when kVectors is 1. `x` is the offset of tap 0 of the first output in a line;
// all taps [first, end) are inside.
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

// Fills the table with the pixels of all lines of an image and the padding of a line.
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

// The same for groups of outputs, with lines from the table.
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

// Channels to compute together for a whole image: as many as let the input lines of one output line
// stay in the first-level cache for the next. Images that come from memory use all channels,
// because fetching them in pieces is slow.
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

// Repeats each channel `multiplier` times, so that input and output channels correspond.
void repeat_channels(const float* x, int64_t n, int64_t multiplier, float* y) {
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = 0; j < multiplier; ++j) *y++ = x[i];
  }
}

// Offsets in the scratch memory, in floats. Parts from `lines` on exist per thread.
struct Scratch {
  int64_t table, zeros, lines, weights, line_tables, copies, thread_floats, floats;

  explicit Scratch(const DepthwiseConv& p) {
    constexpr auto kPointer = static_cast<int64_t>(sizeof(const float*) / sizeof(float));
    const Window& w = p.window;
    const int64_t count = line_count(p);
    const bool groups = choose_method(p) == Method::kGroups;
    table = 0;
    zeros = table + (groups ? w.input[0] * w.input[1] * table_width(p) * kPointer : 0);
    lines = aligned(zeros + p.channels * p.multiplier);
    weights = lines + count * kPointer;
    line_tables = weights + count * kPointer;
    copies = line_tables + count * kPointer;
    thread_floats = aligned(copies + (p.multiplier > 1 ? count * line_floats(p) : 0)) - lines;
    floats = lines + thread_count() * thread_floats;
  }

  static int64_t aligned(int64_t floats) { return (floats + kLanes - 1) / kLanes * kLanes; }
};

// One image on one thread.
class Image {
 public:
  // `x` is the image; the table in `scratch` is filled.
  Image(const DepthwiseConv& p, const float* x, const float* weights, float* y, float* scratch,
        const Epilogue& epilogue)
      : p_(p),
        w_(p.window),
        method_(choose_method(p)),
        x_(x),
        weights_(weights),
        y_(y),
        table_(reinterpret_cast<const float**>(scratch + Scratch(p).table)),
        epilogue_(epilogue) {
    const Scratch parts(p);
    float* own = scratch + current_thread() * parts.thread_floats;
    copies_ = own + parts.copies;
    const int64_t channels = p.channels * p.multiplier;
    row_ = Row{{reinterpret_cast<const float**>(own + parts.lines),
                reinterpret_cast<const float**>(own + parts.weights),
                reinterpret_cast<const float* const**>(own + parts.line_tables)},
               epilogue.bias != nullptr ? epilogue.bias : scratch + parts.zeros,
               channels,
               0,
               0,
               w_.dilation[2] * channels,
               w_.stride[2] * channels,
               Clip(epilogue.activation)};
  }

  // Computes channels [first, end) of an output line.
  void compute(int64_t line, int64_t first_channel, int64_t end_channel) {
    row_.first_channel = first_channel;
    row_.end_channel = end_channel;
    find_lines(line / w_.output[1], line % w_.output[1]);
    const int64_t out_line = w_.output[2] * row_.channels;
    float* y = y_ + line * out_line;
    if (method_ == Method::kSlide && row_.lines.count > 0) {
      slide_along_row(row_, w_, y);
    } else if (method_ == Method::kGroups) {
      convolve_groups(row_, w_, y);
    } else {
      convolve_row(row_, w_, y);
    }
    if (end_channel - first_channel == row_.channels) activate(y, out_line);
  }

  // The part of compute() that applies to whole lines.
  void activate(float* y, int64_t n) const {
    if (!row_.clip.needed && epilogue_.activation != Unary::kLinear)
      unary(epilogue_.activation, y, y, n, epilogue_.params);
  }

 private:
  void find_lines(int64_t depth, int64_t height) {
    const int64_t in_line = w_.input[2] * p_.channels;
    const Window::Taps depth_taps = w_.taps(0, depth), height_taps = w_.taps(1, height);
    row_.lines.count = 0;
    for (int64_t d = depth_taps.first; d < depth_taps.end; ++d) {
      const int64_t plane = depth * w_.stride[0] + d * w_.dilation[0] - w_.pad_begin[0];
      for (int64_t h = height_taps.first; h < height_taps.end; ++h) {
        const int64_t line = height * w_.stride[1] + h * w_.dilation[1] - w_.pad_begin[1];
        const float* start = x_ + (plane * w_.input[1] + line) * in_line;
        if (p_.multiplier > 1) {
          float* copy = copies_ + row_.lines.count * line_floats(p_);
          repeat_channels(start, in_line, p_.multiplier, copy);
          start = copy;
        }
        row_.lines.table[row_.lines.count] =
            table_ + (plane * w_.input[1] + line) * table_width(p_);
        row_.lines.weights[row_.lines.count] =
            weights_ + (d * w_.kernel[1] + h) * w_.kernel[2] * row_.channels;
        row_.lines.start[row_.lines.count++] = start;
      }
    }
  }

  const DepthwiseConv& p_;
  const Window& w_;
  const Method method_;
  const float *x_, *weights_;
  float* y_;
  const float** table_;
  float* copies_;
  const Epilogue& epilogue_;
  Row row_;
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
  float* zeros = scratch + parts.zeros;
  std::fill_n(zeros, channels, 0.f);
  // The last block takes the rest, which is at least one vector.
  const int64_t blocks = std::max<int64_t>(1, (channels - kLanes + block) / block);
  const int64_t lines = w.output[0] * w.output[1];
  const auto cost = [&](int64_t of_channels) {
    return w.output[2] * of_channels / kLanes * Window::count(w.kernel);
  };
  for (int64_t image = 0; image < p.batch; ++image) {
    if (method == Method::kGroups)
      fill_table(p, x, zeros, reinterpret_cast<const float**>(scratch + parts.table));
    const auto compute = [&](Image& part, int64_t number, int64_t line) {
      part.compute(line, number * block, number + 1 < blocks ? (number + 1) * block : channels);
    };
    // Threads share an image as the surrounding products do: by lines, or by channels if
    // it is small.
    if (lines * w.output[2] > kBlockRows) {
      parallel_for(lines, cost(channels), [&](int64_t begin, int64_t end) {
        Image part(p, x, weights, y, scratch, epilogue);
        for (int64_t number = 0; number < blocks; ++number) {
          for (int64_t line = begin; line < end; ++line) compute(part, number, line);
        }
      });
    } else {
      parallel_for(blocks * lines, cost(std::min(block, channels)),
                   [&](int64_t begin, int64_t end) {
                     Image part(p, x, weights, y, scratch, epilogue);
                     for (int64_t i = begin; i < end; ++i) compute(part, i / lines, i % lines);
                   });
    }
    const int64_t out_floats = lines * w.output[2] * channels;
    if (blocks > 1) Image(p, x, weights, y, scratch, epilogue).activate(y, out_floats);
    x += Window::count(w.input) * p.channels;
    y += out_floats;
  }
}

}  // namespace keras::kernels
