// Histogram equalization of images, over whole images or over tiles.
#pragma once

#include <cstdint>

namespace keras::kernels {

// An array [outer, channels, inner] of which each channel is equalized.
struct Equalize {
  int64_t outer = 1, channels = 1, inner = 1;
  int64_t bins = 256;
};

// Spreads the values of a channel over 0..255 by its cumulative histogram. `counted` are the bins
// in which the values count, `looked_up` the bins from which they are read; both are below `bins`.
// A channel with a single bin in use keeps its `values`. `scratch` holds `bins` integers.
void equalize(const Equalize& p, const float* values, const int32_t* counted,
              const int32_t* looked_up, float* y, int32_t* scratch);

// Contrast limited adaptive histogram equalization of pixels [batch, height, width, channels]
// from 0 to 255. The image is divided into grid_height x grid_width tiles, reflected at its end
// when the size is not a multiple of the grid.
struct TiledEqualize {
  int64_t batch = 1, height = 1, width = 1, channels = 1;
  int64_t grid_height = 8, grid_width = 8;
  float limit = 0;  // of the counts of a histogram; none when 0

  int64_t tile_height() const { return (height + grid_height - 1) / grid_height; }
  int64_t tile_width() const { return (width + grid_width - 1) / grid_width; }
};

// Values of one pixel, and so entries of each tile's table.
inline constexpr int64_t kPixelValues = 256;

// `tables` holds [batch, grid_height, grid_width, channels, 256] floats.
void equalize_tiles(const TiledEqualize& p, const int32_t* pixels, float* y, float* tables);

}  // namespace keras::kernels
