#include "kernels/conv_transpose.h"

#include <algorithm>

#include "kernels/gemm.h"
#include "kernels/tile.h"

namespace keras::kernels {
namespace {

// Outputs whose positions agree modulo the stride (a phase) use the same taps of the kernel. Within
// a phase, adjacent outputs read adjacent inputs, so each phase is an ordinary convolution with
// some of the taps.
constexpr int64_t kBlockTiles = 16;

int64_t tap_count(const ConvTranspose& p) { return Window::count(p.window.kernel); }
int64_t tap_floats(const ConvTranspose& p) {
  return packed_b_floats(p.in_channels, p.out_channels);
}

// Whether a tap along one axis contributes to a phase, and which input it reads.
bool meets(const Window& w, int axis, int64_t phase, int64_t tap) {
  return (phase + w.pad_begin[axis] - tap * w.dilation[axis]) % w.stride[axis] == 0;
}
int64_t input_of(const Window& w, int axis, int64_t output, int64_t tap) {
  return (output + w.pad_begin[axis] - tap * w.dilation[axis]) / w.stride[axis];
}
bool is_inside(const Window& w, int axis, int64_t output, int64_t tap) {
  return output + w.pad_begin[axis] - tap * w.dilation[axis] >= 0 &&
         input_of(w, axis, output, tap) < w.input[axis];
}

struct Tap {
  int64_t at[3];
  int64_t index;
};

// Up to kTileRows outputs of one line and phase.
struct Place {
  float* y;
  int64_t rows;
};

class Run {
 public:
  Run(const ConvTranspose& p, const float* x, const float* packed, float* y, float* scratch,
      const Epilogue& epilogue)
      : p_(p), w_(p.window), x_(x), packed_(packed), y_(y), epilogue_(epilogue) {
    taps_ = reinterpret_cast<Tap*>(scratch);
    pointers_ = reinterpret_cast<const float**>(taps_ + tap_count(p));
    zeros_ = reinterpret_cast<float*>(pointers_ + kBlockTiles * kTileRows * tap_count(p));
    std::fill_n(zeros_, p.in_channels, 0.f);
  }

  static int64_t scratch_floats(const ConvTranspose& p) {
    const size_t bytes = sizeof(Tap) + sizeof(const float*) * kBlockTiles * kTileRows;
    return tap_count(p) * static_cast<int64_t>(bytes / sizeof(float)) + p.in_channels;
  }

  void all_phases() {
    int64_t phase[3];
    for (phase[0] = 0; phase[0] < std::min(w_.stride[0], w_.output[0]); ++phase[0]) {
      for (phase[1] = 0; phase[1] < std::min(w_.stride[1], w_.output[1]); ++phase[1]) {
        for (phase[2] = 0; phase[2] < std::min(w_.stride[2], w_.output[2]); ++phase[2]) {
          find_taps(phase);
          one_phase(phase);
        }
      }
    }
  }

 private:
  void find_taps(const int64_t (&phase)[3]) {
    used_ = 0;
    int64_t at[3];
    for (at[0] = 0; at[0] < w_.kernel[0]; ++at[0]) {
      for (at[1] = 0; at[1] < w_.kernel[1]; ++at[1]) {
        for (at[2] = 0; at[2] < w_.kernel[2]; ++at[2]) {
          if (!meets(w_, 0, phase[0], at[0]) || !meets(w_, 1, phase[1], at[1]) ||
              !meets(w_, 2, phase[2], at[2]))
            continue;
          taps_[used_++] = {{at[0], at[1], at[2]},
                            (at[0] * w_.kernel[1] + at[1]) * w_.kernel[2] + at[2]};
        }
      }
    }
  }

  void one_phase(const int64_t (&phase)[3]) {
    int64_t tiles = 0;
    const int64_t step = w_.stride[2];
    for (int64_t image = 0; image < p_.batch; ++image) {
      for (int64_t depth = phase[0]; depth < w_.output[0]; depth += w_.stride[0]) {
        for (int64_t height = phase[1]; height < w_.output[1]; height += w_.stride[1]) {
          for (int64_t width = phase[2]; width < w_.output[2]; width += kTileRows * step) {
            const int64_t rows =
                std::min<int64_t>(kTileRows, (w_.output[2] - width + step - 1) / step);
            add_tile(tiles++, image, depth, height, width, rows);
            if (tiles == kBlockTiles) {
              multiply(tiles);
              tiles = 0;
            }
          }
        }
      }
    }
    multiply(tiles);
  }

  void add_tile(int64_t tile, int64_t image, int64_t depth, int64_t height, int64_t width,
                int64_t rows) {
    const int64_t line = ((image * w_.output[0] + depth) * w_.output[1] + height) * w_.output[2];
    places_[tile] = {y_ + (line + width) * p_.out_channels, rows};
    const float** pointer = pointers_ + tile * kTileRows * used_;
    for (const Tap* tap = taps_; tap < taps_ + used_; ++tap) {
      const bool inside =
          is_inside(w_, 0, depth, tap->at[0]) && is_inside(w_, 1, height, tap->at[1]);
      const int64_t start =
          ((image * w_.input[0] + input_of(w_, 0, depth, tap->at[0])) * w_.input[1] +
           input_of(w_, 1, height, tap->at[1])) *
          w_.input[2];
      for (int64_t row = 0; row < kTileRows; ++row) {
        const int64_t output = width + row * w_.stride[2];
        const bool real = inside && row < rows && is_inside(w_, 2, output, tap->at[2]);
        *pointer++ =
            real ? x_ + (start + input_of(w_, 2, output, tap->at[2])) * p_.in_channels : zeros_;
      }
    }
  }

  void multiply(int64_t tiles) {
    for (int64_t column = 0; column < p_.out_channels; column += kPanel) {
      const int64_t width = panel_width(p_.out_channels - column);
      const int64_t columns = std::min(width, p_.out_channels - column);
      for (int64_t tile_index = 0; tile_index < tiles; ++tile_index) {
        const Place& place = places_[tile_index];
        const int64_t stride = w_.stride[2] * p_.out_channels;
        PanelWriter writer(place.y + column, stride, columns,
                           epilogue_.at(place.y - y_ + column, column));
        with_vectors(width, [&](auto vectors) {
          with_rows(place.rows, [&](auto rows) {
            Tile<rows(), vectors()> tile;
            writer.start(tile);
            const float** pointer = pointers_ + tile_index * kTileRows * used_;
            for (int64_t i = 0; i < used_; ++i, pointer += kTileRows) {
              tile.add(pointer, 0, p_.in_channels,
                       packed_ + taps_[i].index * tap_floats(p_) + column * p_.in_channels);
            }
            writer.store(tile, 0);
          });
        });
        writer.finish(place.rows);
      }
    }
  }

  const ConvTranspose& p_;
  const Window& w_;
  const float* x_;
  const float* packed_;
  float* y_;
  const Epilogue& epilogue_;
  Tap* taps_;
  int64_t used_ = 0;  // number of taps_ used in this phase
  const float** pointers_;
  float* zeros_;
  Place places_[kBlockTiles];
};

}  // namespace

int64_t conv_transpose_packed_floats(const ConvTranspose& p) {
  return tap_count(p) * tap_floats(p);
}

void pack_conv_transpose(const ConvTranspose& p, const float* weights, float* packed) {
  for (int64_t tap = 0; tap < tap_count(p); ++tap) {
    pack_b_transposed(weights + tap * p.out_channels * p.in_channels, p.in_channels, p.in_channels,
                      p.out_channels, packed + tap * tap_floats(p));
  }
}

int64_t conv_transpose_scratch_floats(const ConvTranspose& p) { return Run::scratch_floats(p); }

void conv_transpose(const ConvTranspose& p, const float* x, const float* packed, float* y,
                    float* scratch, const Epilogue& epilogue) {
  Run(p, x, packed, y, scratch, epilogue).all_phases();
}

}  // namespace keras::kernels
