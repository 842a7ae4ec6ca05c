#include "kernels/conv.h"

#include <algorithm>
#include <cstring>

#include "kernels/gemm.h"
#include "kernels/tile.h"

namespace keras::kernels {
namespace {

// Output positions worked on together: their pixels stay in the second-level cache while the panels
// of weights pass by.
constexpr int64_t kBlockRows = 96;
static_assert(kBlockRows % kTileRows == 0);

// With fewer channels than this the loop over one tap is too short, and copying patches side by
// side pays off.
constexpr int64_t kPatchChannels = 16;

int64_t tap_count(const Conv& p) { return Window::count(p.window.kernel); }
int64_t output_count(const Conv& p) { return p.batch * Window::count(p.window.output); }
int64_t group_channels(const Conv& p) { return p.in_channels / p.groups; }
int64_t group_columns(const Conv& p) { return p.out_channels / p.groups; }

// A plain product of all pixels with the weights.
bool is_pointwise(const Conv& p) {
  const Window& w = p.window;
  return tap_count(p) == 1 && p.groups == 1 && w.input == w.output &&
         w.stride == Window::Axes{1, 1, 1} && w.pad_begin == Window::Axes{0, 0, 0};
}
bool copies_patches(const Conv& p) {
  return group_channels(p) < kPatchChannels && tap_count(p) > 1;
}

// Walks over output positions in the order of the output.
struct Position {
  int64_t image;
  int64_t at[3];

  Position(const Window& w, int64_t flat) {
    at[2] = flat % w.output[2];
    flat /= w.output[2];
    at[1] = flat % w.output[1];
    flat /= w.output[1];
    at[0] = flat % w.output[0];
    image = flat / w.output[0];
  }
  void next(const Window& w) {
    for (int axis = 2; axis >= 0; --axis) {
      if (++at[axis] < w.output[axis]) return;
      at[axis] = 0;
    }
    ++image;
  }
};

// Calls f(tap, pixel) for each tap of the window at `position`; pixel is null in the padding.
template <class F>
void for_each_pixel(const Conv& p, const float* x, const Position& position, const F& f) {
  const Window& w = p.window;
  const float* image = x + position.image * Window::count(w.input) * p.in_channels;
  int64_t tap = 0;
  for (int64_t d = 0; d < w.kernel[0]; ++d) {
    const int64_t depth = position.at[0] * w.stride[0] + d * w.dilation[0] - w.pad_begin[0];
    for (int64_t h = 0; h < w.kernel[1]; ++h) {
      const int64_t row = position.at[1] * w.stride[1] + h * w.dilation[1] - w.pad_begin[1];
      const bool inside = depth >= 0 && depth < w.input[0] && row >= 0 && row < w.input[1];
      const int64_t line = (depth * w.input[1] + row) * w.input[2];
      int64_t column = position.at[2] * w.stride[2] - w.pad_begin[2];
      for (int64_t t = 0; t < w.kernel[2]; ++t, column += w.dilation[2]) {
        f(tap++, inside && column >= 0 && column < w.input[2]
                     ? image + (line + column) * p.in_channels
                     : nullptr);
      }
    }
  }
}

// Multiplies the tiles of one block with all panels of all groups. `add(tile, panel, group, first
// row)` adds the products.
template <class Add>
void multiply_block(const Conv& p, const float* packed, float* y, int64_t rows,
                    const Epilogue& epilogue, const Add& add) {
  const int64_t columns = group_columns(p);
  const int64_t depth = tap_count(p) * group_channels(p);
  for (int64_t group = 0; group < p.groups; ++group, packed += packed_b_floats(depth, columns)) {
    for (int64_t column = 0; column < columns; column += kPanel) {
      const float* panel = packed + column * depth;
      const int64_t first = group * columns + column;
      const float* bias = epilogue.bias != nullptr ? epilogue.bias + first : nullptr;
      for (int64_t row = 0; row < rows; row += kTileRows) {
        with_rows(std::min<int64_t>(kTileRows, rows - row), [&](auto tile_rows) {
          Tile<tile_rows()> tile;
          tile.clear();
          add(tile, panel, group, row);
          tile.finish(y + row * p.out_channels + first, p.out_channels,
                      std::min<int64_t>(kPanel, columns - column), bias, epilogue);
        });
      }
    }
  }
}

// Patches of the image side by side, one row an output position: [group][row][tap][channel].
void conv_patches(const Conv& p, const float* x, const float* packed, float* y, float* scratch,
                  const Epilogue& epilogue) {
  const int64_t channels = group_channels(p);
  const int64_t depth = tap_count(p) * channels;
  const int64_t total = output_count(p);
  Position position(p.window, 0);
  for (int64_t first = 0; first < total; first += kBlockRows) {
    const int64_t rows = std::min(kBlockRows, total - first);
    for (int64_t row = 0; row < rows; ++row, position.next(p.window)) {
      for_each_pixel(p, x, position, [&](int64_t tap, const float* pixel) {
        for (int64_t group = 0; group < p.groups; ++group) {
          float* patch = scratch + (group * kBlockRows + row) * depth + tap * channels;
          for (int64_t i = 0; i < channels; ++i)
            patch[i] = pixel != nullptr ? pixel[group * channels + i] : 0.f;
        }
      });
    }
    multiply_block(p, packed, y + first * p.out_channels, rows, epilogue,
                   [&](auto& tile, const float* panel, int64_t group, int64_t row) {
                     const float* pointers[kTileRows];
                     for (int r = 0; r < kTileRows; ++r)
                       pointers[r] = scratch + (group * kBlockRows + row + r) * depth;
                     tile.add(pointers, 0, depth, panel);
                   });
  }
}

int64_t pointer_floats(const Conv& p) {
  return kBlockRows * tap_count(p) * static_cast<int64_t>(sizeof(const float*) / sizeof(float));
}

// The addresses of pixels, [tile][tap][row of the tile]; padding points at a pixel of zeros.
void conv_indirect(const Conv& p, const float* x, const float* packed, float* y, float* scratch,
                   const Epilogue& epilogue) {
  const int64_t taps = tap_count(p);
  const int64_t channels = group_channels(p);
  const int64_t total = output_count(p);
  const float** pointers = reinterpret_cast<const float**>(scratch);
  float* zeros = scratch + pointer_floats(p);
  std::fill_n(zeros, p.in_channels, 0.f);
  Position position(p.window, 0);
  for (int64_t first = 0; first < total; first += kBlockRows) {
    const int64_t rows = std::min(kBlockRows, total - first);
    for (int64_t row = 0; row < rows; ++row, position.next(p.window)) {
      const float** tile = pointers + row / kTileRows * kTileRows * taps + row % kTileRows;
      for_each_pixel(p, x, position, [&](int64_t tap, const float* pixel) {
        tile[tap * kTileRows] = pixel != nullptr ? pixel : zeros;
      });
    }
    multiply_block(p, packed, y + first * p.out_channels, rows, epilogue,
                   [&](auto& tile, const float* panel, int64_t group, int64_t row) {
                     for (int64_t tap = 0; tap < taps; ++tap) {
                       tile.add(pointers + row * taps + tap * kTileRows, group * channels, channels,
                                panel + tap * channels * kPanel);
                     }
                   });
  }
}

}  // namespace

int64_t conv_packed_floats(const Conv& p) {
  return p.groups * packed_b_floats(tap_count(p) * group_channels(p), group_columns(p));
}

void pack_conv(const Conv& p, const float* weights, float* packed) {
  const int64_t depth = tap_count(p) * group_channels(p);
  const int64_t columns = group_columns(p);
  for (int64_t group = 0; group < p.groups; ++group) {
    pack_b(weights + group * columns, p.out_channels, depth, columns,
           packed + group * packed_b_floats(depth, columns));
  }
}

int64_t conv_scratch_floats(const Conv& p) {
  if (is_pointwise(p)) return 0;
  if (copies_patches(p)) return kBlockRows * tap_count(p) * p.in_channels;
  return pointer_floats(p) + p.in_channels;
}

void conv(const Conv& p, const float* x, const float* packed, float* y, float* scratch,
          const Epilogue& epilogue) {
  if (is_pointwise(p)) {
    gemm(x, p.in_channels, packed, y, p.out_channels, output_count(p), p.out_channels,
         p.in_channels, epilogue);
  } else if (copies_patches(p)) {
    conv_patches(p, x, packed, y, scratch, epilogue);
  } else {
    conv_indirect(p, x, packed, y, scratch, epilogue);
  }
}

}  // namespace keras::kernels
