#include "kernels/conv.h"

#include <algorithm>

#include "kernels/gemm.h"
#include "kernels/parallel.h"
#include "kernels/tile.h"

namespace keras::kernels {
namespace {

constexpr int64_t kPointerFloats = sizeof(void*) / sizeof(float);

// With fewer channels, the loop over one tap is short, and whole lines of the window are longer.
constexpr int64_t kLineChannels = 16;

int64_t tap_count(const Conv& p) { return Window::count(p.window.kernel); }
int64_t output_count(const Conv& p) { return p.batch * Window::count(p.window.output); }
int64_t group_channels(const Conv& p) { return p.in_channels / p.groups; }
int64_t group_columns(const Conv& p) { return p.out_channels / p.groups; }

int64_t group_panels(const Conv& p) { return (group_columns(p) + kPanel - 1) / kPanel; }

// Whether this is a plain matrix product of pixels and weights.
bool is_pointwise(const Conv& p) {
  const Window& w = p.window;
  return tap_count(p) == 1 && p.groups == 1 && w.input == w.output &&
         w.stride == Window::Axes{1, 1, 1} && w.pad_begin == Window::Axes{0, 0, 0};
}
// Whether the taps along a line of the window read contiguous input values.
bool has_lines(const Conv& p) {
  return p.groups == 1 && p.in_channels < kLineChannels && p.window.dilation[2] == 1;
}

// Part of the window whose input values are contiguous: one tap, or a line of taps along the width.
struct Stretch {
  int64_t count;  // in the window
  int64_t size;   // in floats

  explicit Stretch(const Conv& p) : count(tap_count(p)), size(group_channels(p)) {
    if (!has_lines(p)) return;
    count /= p.window.kernel[2];
    size *= p.window.kernel[2];
  }
};

// Iterates over output positions in output order.
struct Position {
  int64_t image = 0;
  int64_t at[3] = {0, 0, 0};

  static Position of_row(const Window& w, int64_t row) {
    Position position;
    for (int axis = 2; axis >= 0; row /= w.output[axis--]) position.at[axis] = row % w.output[axis];
    position.image = row;
    return position;
  }

  void next(const Window& w) {
    for (int axis = 2; axis >= 0; --axis) {
      if (++at[axis] < w.output[axis]) return;
      at[axis] = 0;
    }
    ++image;
  }
};

// Calls f(line, start) for each line of the window along the width; `start` points at its first
// input value, null in the padding.
template <class F>
void for_each_line(const Conv& p, const float* x, const Position& position, const F& f) {
  const Window& w = p.window;
  const float* image = x + position.image * Window::count(w.input) * p.in_channels;
  int64_t line = 0;
  for (int64_t d = 0; d < w.kernel[0]; ++d) {
    const int64_t depth = position.at[0] * w.stride[0] + d * w.dilation[0] - w.pad_begin[0];
    for (int64_t h = 0; h < w.kernel[1]; ++h) {
      const int64_t row = position.at[1] * w.stride[1] + h * w.dilation[1] - w.pad_begin[1];
      const bool inside = depth >= 0 && depth < w.input[0] && row >= 0 && row < w.input[1];
      const int64_t offset = (depth * w.input[1] + row) * w.input[2] * p.in_channels;
      f(line++, inside ? image + offset : nullptr);
    }
  }
}

// Layout of the scratch memory: addresses [tile][stretch][row of the tile], zeros, and padded
// copies of lines that extend beyond the input [row of the block][line].
struct Scratch {
  int64_t zeros, lines, floats;

  explicit Scratch(const Conv& p) {
    const Stretch stretch(p);
    zeros = kBlockRows * stretch.count * kPointerFloats;
    lines = zeros + std::max(stretch.size, p.in_channels);
    floats = lines + (has_lines(p) ? kBlockRows * stretch.count * stretch.size : 0);
    floats = (floats + kLanes - 1) / kLanes * kLanes;  // aligns the next thread's part
  }
};

class Block {
 public:
  Block(const Conv& p, const float* x, float* scratch)
      : p_(p),
        w_(p.window),
        x_(x),
        stretch_(p),
        pointers_(reinterpret_cast<const float**>(scratch)),
        zeros_(scratch + Scratch(p).zeros),
        lines_(scratch + Scratch(p).lines) {
    std::fill_n(zeros_, lines_ - zeros_, 0.f);
  }

  // Finds the input values of one output position.
  void set_row(int64_t row, const Position& position) {
    const float** tile = pointers_ + row / kTileRows * kTileRows * stretch_.count + row % kTileRows;
    if (has_lines(p_)) {
      set_lines(tile, lines_ + row * stretch_.count * stretch_.size, position);
    } else {
      set_taps(tile, position);
    }
  }

  // Multiplies all rows with the panels [begin, end), counted across groups.
  void multiply(const float* all_packed, float* y, int64_t rows, int64_t begin, int64_t end,
                const Epilogue& epilogue) const {
    const int64_t columns = group_columns(p_), panels = group_panels(p_);
    const int64_t depth = stretch_.count * stretch_.size;
    for (int64_t group = begin / panels; group * panels < end; ++group) {
      const float* packed = all_packed + group * packed_b_floats(depth, columns);
      const int64_t first_column = std::max<int64_t>(0, begin - group * panels) * kPanel;
      const int64_t end_column = std::min(columns, (end - group * panels) * kPanel);
      for (int64_t column = first_column; column < end_column; column += kPanel) {
        const int64_t width = panel_width(columns - column);
        const int64_t first = group * columns + column;
        PanelWriter writer(y + first, p_.out_channels, std::min(width, columns - column),
                           epilogue.at(first, first));
        with_vectors(width, [&](auto vectors) {
          multiply_panel<vectors()>(packed + column * depth, group * stretch_.size, rows, writer);
        });
        writer.finish(rows);
      }
    }
  }

 private:
  // `offset` is the position of the group's first channel in a pixel.
  template <int kVectors>
  void multiply_panel(const float* panel, int64_t offset, int64_t rows, PanelWriter& writer) const {
    for (int64_t row = 0; row < rows; row += kTileRows) {
      with_rows(std::min<int64_t>(kTileRows, rows - row), [&](auto tile_rows) {
        const float* const* pointers = pointers_ + row * stretch_.count;
        Tile<tile_rows(), kVectors> tile;
        writer.start(tile);
        for (int64_t i = 0; i < stretch_.count; ++i) {
          tile.add(pointers + i * kTileRows, offset, stretch_.size,
                   panel + i * stretch_.size * tile.kWidth);
        }
        writer.store(tile, row);
      });
    }
  }

  void set_taps(const float** tile, const Position& position) {
    for_each_line(p_, x_, position, [&](int64_t line, const float* start) {
      int64_t column = position.at[2] * w_.stride[2] - w_.pad_begin[2];
      const float** pointer = tile + line * w_.kernel[2] * kTileRows;
      for (int64_t tap = 0; tap < w_.kernel[2];
           ++tap, column += w_.dilation[2], pointer += kTileRows) {
        const bool inside = start != nullptr && column >= 0 && column < w_.input[2];
        *pointer = inside ? start + column * p_.in_channels : zeros_;
      }
    });
  }

  void set_lines(const float** tile, float* copies, const Position& position) {
    const int64_t column = position.at[2] * w_.stride[2] - w_.pad_begin[2];
    const Window::Taps taps = w_.taps(2, position.at[2]);
    const bool whole = taps.first == 0 && taps.end == w_.kernel[2];
    for_each_line(p_, x_, position, [&](int64_t line, const float* start) {
      const float** pointer = tile + line * kTileRows;
      if (start == nullptr) {
        *pointer = zeros_;
      } else if (whole) {
        *pointer = start + column * p_.in_channels;
      } else {
        float* copy = copies + line * stretch_.size;
        const int64_t first = taps.first * p_.in_channels, end = taps.end * p_.in_channels;
        for (int64_t i = 0; i < stretch_.size; ++i) {
          copy[i] = i >= first && i < end ? start[column * p_.in_channels + i] : 0.f;
        }
        *pointer = copy;
      }
    });
  }

  const Conv& p_;
  const Window& w_;
  const float* x_;
  const Stretch stretch_;
  const float** pointers_;
  float *zeros_, *lines_;
};

}  // namespace

int64_t conv_packed_floats(const Conv& p) {
  return p.groups * packed_b_floats(tap_count(p) * group_channels(p), group_columns(p));
}

void pack_conv(const Conv& p, const float* weights, float* packed, const float* scale) {
  const int64_t depth = tap_count(p) * group_channels(p);
  const int64_t columns = group_columns(p);
  for (int64_t group = 0; group < p.groups; ++group) {
    pack_b(weights + group * columns, p.out_channels, depth, columns,
           packed + group * packed_b_floats(depth, columns),
           scale ? scale + group * columns : nullptr);
  }
}

int64_t conv_scratch_floats(const Conv& p) {
  return is_pointwise(p) ? 0 : thread_count() * Scratch(p).floats;
}

void conv(const Conv& p, const float* x, const float* packed, float* y, float* scratch,
          const Epilogue& epilogue) {
  const int64_t total = output_count(p);
  if (is_pointwise(p)) {
    gemm(x, p.in_channels, packed, y, p.out_channels, total, p.out_channels, p.in_channels,
         epilogue);
    return;
  }
  // Threads share blocks of rows; small images have too few, so threads share their panels as well.
  constexpr int64_t kEnough = 16;
  const int64_t blocks = (total + kBlockRows - 1) / kBlockRows;
  const int64_t panels = p.groups * group_panels(p);
  const int64_t pieces = blocks >= kEnough / 2 ? 1 : std::min(panels, kEnough / blocks);
  const int64_t cost = std::min(total, kBlockRows) * tap_count(p) * group_channels(p) *
                       (panels / pieces) * kTileVectors;
  parallel_for(blocks * pieces, cost, [&](int64_t begin, int64_t end) {
    Block block(p, x, scratch + current_thread() * Scratch(p).floats);
    for (int64_t i = begin; i < end; ++i) {
      const int64_t first = i / pieces * kBlockRows, piece = i % pieces;
      const int64_t rows = std::min(kBlockRows, total - first);
      if (i == begin || piece == 0) {
        Position position = Position::of_row(p.window, first);
        for (int64_t row = 0; row < rows; ++row, position.next(p.window))
          block.set_row(row, position);
      }
      block.multiply(packed, y + first * p.out_channels, rows, piece * panels / pieces,
                     (piece + 1) * panels / pieces, epilogue.at(first * p.out_channels, 0));
    }
  });
}

}  // namespace keras::kernels
