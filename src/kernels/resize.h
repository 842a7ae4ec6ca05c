// Resizing images (channels last) as jax.image.resize does, with half-pixel centers.
#pragma once

#include <cstdint>

namespace keras::kernels {

enum class Interpolation : uint8_t { kNearest, kBilinear, kBicubic, kLanczos3, kLanczos5 };

struct Resize {
  int64_t batch = 1, in_height = 1, in_width = 1, out_height = 1, out_width = 1, channels = 1;
  Interpolation interpolation = Interpolation::kBilinear;
  bool antialias = false;
};

int64_t resize_scratch_floats(const Resize& p);
void resize(const Resize& p, const float* x, float* y, float* scratch);

// UpSampling's repetition: repeats each pixel `height_factor` x `width_factor` times.
void upsample_nearest(const float* x, float* y, int64_t batch, int64_t height, int64_t width,
                      int64_t channels, int64_t height_factor, int64_t width_factor);

}  // namespace keras::kernels
