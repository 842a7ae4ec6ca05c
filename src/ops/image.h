// keras.ops.image on tensors (keras/src/ops/image.py).
#pragma once

#include <array>
#include <string>

#include "ops/common/operand.h"
#include "random/threefry.h"

namespace keras::ops {

struct ResizeOptions {
  std::string interpolation = "bilinear";  // nearest, bicubic, lanczos3, lanczos5
  bool antialias = false;
  bool crop_to_aspect_ratio = false;
  bool pad_to_aspect_ratio = false;
  std::string fill_mode = "constant";
  double fill_value = 0;
  DataFormat data_format{};
};
Tensor resize(const Tensor& images, int64_t height, int64_t width,
              const ResizeOptions& options = {});
Tensor rgb_to_grayscale(const Tensor& images, const DataFormat& data_format = {});

Tensor rgb_to_hsv(const Tensor& images, const DataFormat& data_format = {});
Tensor hsv_to_rgb(const Tensor& images, const DataFormat& data_format = {});

// Depthwise, with "same" padding; kernel_size and sigma are (x, y).
Tensor gaussian_blur(const Tensor& images, const std::array<int64_t, 2>& kernel_size,
                     const std::array<double, 2>& sigma, const DataFormat& data_format = {});

// Histogram equalization of images from 0 to 255, for the layer: each channel of the whole batch
// by a histogram of `bins`. Returns float32. ValueError unless bins is positive.
Tensor equalize(const Tensor& images, int64_t bins, const DataFormat& data_format = {});
struct TiledEqualizeOptions {
  std::array<int64_t, 2> tile_grid_size{8, 8};  // tiles along height and width
  double clip_limit = 4;                        // relative to the mean count; none when <= 0
  DataFormat data_format{};
};
// Contrast limited adaptive histogram equalization of images from 0 to 255, for the layer. Keeps
// the dtype. ValueError unless the grid has tiles.
Tensor equalize_tiles(const Tensor& images, const TiledEqualizeOptions& options);

// interpolation: nearest, bilinear; fill_mode: constant, nearest, wrap, mirror, reflect.
struct SampleOptions {
  std::string interpolation = "bilinear";
  std::string fill_mode = "constant";
  double fill_value = 0;
  DataFormat data_format{};
};
// transform [8] or [batch, 8]: a0, a1, a2, b0, b1, b2, c0, c1, from output to input positions.
Tensor affine_transform(const Tensor& images, const Tensor& transform,
                        const SampleOptions& options = {});
// Points [4, 2] or [batch, 4, 2]: corners (x, y) before and after.
Tensor perspective_transform(const Tensor& images, const Tensor& start_points,
                             const Tensor& end_points, const SampleOptions& options = {});
// The eight coefficients of each projective map from the corners `end` [batch, 4, 2] to `start`.
Tensor compute_homography_matrix(const Tensor& start, const Tensor& end);
// inputs at coordinates [rank, ...]; order 0 or 1.
Tensor map_coordinates(const Tensor& inputs, const Tensor& coordinates, int64_t order,
                       std::string_view fill_mode = "constant", double fill_value = 0);
// The key determines the displacements.
Tensor elastic_transform(const Tensor& images, double alpha, double sigma,
                         const SampleOptions& options, const random::Key& key);

}  // namespace keras::ops
