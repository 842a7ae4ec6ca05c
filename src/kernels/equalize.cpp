#include "kernels/equalize.h"

#include <algorithm>
#include <cmath>

#include "kernels/parallel.h"

namespace keras::kernels {
namespace {

// Calls f(offset) for each element of a channel.
template <class F>
void each_of_channel(const Equalize& p, int64_t channel, const F& f) {
  for (int64_t o = 0; o < p.outer; ++o) {
    const int64_t first = (o * p.channels + channel) * p.inner;
    for (int64_t i = 0; i < p.inner; ++i) f(first + i);
  }
}

// Turns the counts of a histogram into the values of its bins, in place. The arithmetic wraps
// around at 32 bits, as in XLA.
void to_lookup_table(int32_t* histogram, int64_t bins) {
  uint32_t total = 0;
  uint32_t smallest = 0;
  for (int64_t bin = 0; bin < bins; ++bin) {
    total += static_cast<uint32_t>(histogram[bin]);
    if (smallest == 0) smallest = total;
    histogram[bin] = static_cast<int32_t>(total);
  }
  const auto range = static_cast<int32_t>(total - smallest);
  const float divisor = range == 0 ? 1.f : static_cast<float>(range);
  for (int64_t bin = 0; bin < bins; ++bin) {
    const uint32_t scaled = (static_cast<uint32_t>(histogram[bin]) - smallest) * 255u;
    const float value = static_cast<float>(static_cast<int32_t>(scaled)) / divisor;
    histogram[bin] = static_cast<int32_t>(std::clamp(std::nearbyint(value), 0.f, 255.f));
  }
}

// The pixel that stands for one behind the end of an image of `size` pixels.
int64_t reflected(int64_t at, int64_t size) {
  at %= 2 * size;
  return at < size ? at : 2 * size - 1 - at;
}

// Limits the counts and spreads what was cut off evenly.
void limit_counts(float* counts, float limit) {
  float excess = 0;
  for (int64_t i = 0; i < kPixelValues; ++i) {
    const float kept = std::min(counts[i], limit);
    excess += counts[i] - kept;
    counts[i] = kept;
  }
  const float share = excess / static_cast<float>(kPixelValues);
  for (int64_t i = 0; i < kPixelValues; ++i) counts[i] += share;
}

// Turns counts into the values from 0 to 255 that replace the pixels of a tile, in place.
void to_tile_table(float* counts, int64_t pixels) {
  for (int64_t i = 1; i < kPixelValues; ++i) counts[i] += counts[i - 1];
  const float smallest = counts[0];
  const float range = static_cast<float>(pixels) - smallest;
  const float divisor = range == 0 ? 1.f : range;
  for (int64_t i = 0; i < kPixelValues; ++i) {
    counts[i] = std::clamp((counts[i] - smallest) * 255.f / divisor, 0.f, 255.f);
  }
}

// Fills the tables of one tile, one after another for each channel.
void fill_tables(const TiledEqualize& p, const int32_t* image, int64_t row, int64_t column,
                 float* tables) {
  const int64_t height = p.tile_height(), width = p.tile_width();
  std::fill(tables, tables + p.channels * kPixelValues, 0.f);
  for (int64_t y = row * height; y < (row + 1) * height; ++y) {
    const int32_t* line = image + reflected(y, p.height) * p.width * p.channels;
    for (int64_t x = column * width; x < (column + 1) * width; ++x) {
      const int32_t* pixel = line + reflected(x, p.width) * p.channels;
      for (int64_t c = 0; c < p.channels; ++c) tables[c * kPixelValues + pixel[c]] += 1;
    }
  }
  for (int64_t c = 0; c < p.channels; ++c) {
    float* table = tables + c * kPixelValues;
    if (p.limit > 0) limit_counts(table, p.limit);
    to_tile_table(table, height * width);
  }
}

// The two tiles between whose centers a pixel lies, and the weight of the second.
struct Between {
  int64_t first, second;
  float weight;
};
Between between_tiles(int64_t at, int64_t tile_size, int64_t tiles) {
  const auto size = static_cast<float>(tile_size);
  const float center = (static_cast<float>(at) - size / 2.f) / size + 1.f;
  const float before = std::floor(center);
  // Tile 0 is beyond the border, and equal to the first one.
  const auto tile = [&](int64_t index) { return std::clamp<int64_t>(index - 1, 0, tiles - 1); };
  const auto index = static_cast<int64_t>(before);
  return {tile(index), tile(index + 1), center - before};
}

}  // namespace

void equalize(const Equalize& p, const float* values, const int32_t* counted,
              const int32_t* looked_up, float* y, int32_t* scratch) {
  for (int64_t channel = 0; channel < p.channels; ++channel) {
    std::fill(scratch, scratch + p.bins, 0);
    each_of_channel(p, channel, [&](int64_t at) { ++scratch[counted[at]]; });
    const auto used = std::count_if(scratch, scratch + p.bins, [](int32_t n) { return n != 0; });
    if (used <= 1) {
      each_of_channel(p, channel, [&](int64_t at) { y[at] = values[at]; });
      continue;
    }
    to_lookup_table(scratch, p.bins);
    each_of_channel(p, channel,
                    [&](int64_t at) { y[at] = static_cast<float>(scratch[looked_up[at]]); });
  }
}

void equalize_tiles(const TiledEqualize& p, const int32_t* pixels, float* y, float* tables) {
  const int64_t image_size = p.height * p.width * p.channels;
  const int64_t table_size = p.channels * kPixelValues;
  const int64_t tiles = p.grid_height * p.grid_width;
  const int64_t tile_cost = p.channels * (p.tile_height() * p.tile_width() + kPixelValues);
  parallel_for(p.batch * tiles, tile_cost, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t tile = i % tiles;
      fill_tables(p, pixels + i / tiles * image_size, tile / p.grid_width, tile % p.grid_width,
                  tables + i * table_size);
    }
  });
  const int64_t line_size = p.width * p.channels;
  parallel_for(p.batch * p.height, line_size, [&](int64_t begin, int64_t end) {
    for (int64_t line = begin; line < end; ++line) {
      const float* image_tables = tables + line / p.height * tiles * table_size;
      const Between rows = between_tiles(line % p.height, p.tile_height(), p.grid_height);
      const int32_t* from = pixels + line * line_size;
      float* to = y + line * line_size;
      for (int64_t x = 0; x < p.width; ++x) {
        const Between columns = between_tiles(x, p.tile_width(), p.grid_width);
        for (int64_t c = 0; c < p.channels; ++c, ++from, ++to) {
          const auto value = [&](int64_t row, int64_t column) {
            return image_tables[(row * p.grid_width + column) * table_size + c * kPixelValues +
                                *from];
          };
          const auto in_row = [&](int64_t row) {
            return value(row, columns.first) * (1.f - columns.weight) +
                   value(row, columns.second) * columns.weight;
          };
          *to = in_row(rows.first) * (1.f - rows.weight) + in_row(rows.second) * rows.weight;
        }
      }
    }
  });
}

}  // namespace keras::kernels
