// Histogram equalization, for the layers Equalization and
// ContrastLimitedAdaptiveHistogramEqualization
// (keras/src/layers/preprocessing/image_preprocessing).
#include "kernels/equalize.h"

#include <limits>

#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/image.h"
#include "ops/image/images.h"
#include "ops/nn/window.h"
#include "ops/numpy.h"

namespace keras::ops {

Tensor equalize(const Tensor& images, int64_t bins, const DataFormat& data_format) {
  check_images(images);
  if (bins < 1 || bins > std::numeric_limits<int32_t>::max()) {
    raise_value_error(
        {"`bins` must be a positive 32-bit integer. Received: bins=", std::to_string(bins)});
  }
  const int64_t last = bins - 1;
  const Tensor values = cast(images, DType::kFloat32);
  const auto bins_at = [&](const Tensor& scaled) { return clip(scaled, 0, last); };
  const Tensor counted = bins_at(cast(divide(multiply(values, last), 255.0), DType::kInt32));
  const Tensor looked_up = cast(bins_at(multiply(divide(images, 255.0), last)), DType::kInt32);
  return emit({values, counted, looked_up}, Spec{images.shape(), DType::kFloat32}, [&] {
    const Shape& shape = images.shape();
    const int axis = is_channels_first(data_format) ? shape.rank() - 3 : shape.rank() - 1;
    const kernels::Equalize p{.outer = count(shape, 0, axis),
                              .channels = shape[axis],
                              .inner = count(shape, axis + 1, shape.rank()),
                              .bins = bins};
    return function_step("equalize",
                         [p](auto in, auto out, auto* scratch) {
                           kernels::equalize(
                               p, in[0].template as<float>(), in[1].template as<int32_t>(),
                               in[2].template as<int32_t>(), out[0].template as<float>(),
                               reinterpret_cast<int32_t*>(scratch));
                         },
                         {.scratch = scratch_of<int32_t>(bins)});
  });
}

Tensor equalize_tiles(const Tensor& images, const TiledEqualizeOptions& options) {
  const auto [grid_height, grid_width] = options.tile_grid_size;
  if (grid_height < 1 || grid_width < 1) {
    raise_value_error(
        {"`tile_grid_size` must be a tuple of 2 positive integers. Received: "
         "tile_grid_size=(",
         std::to_string(grid_height), ", ", std::to_string(grid_width), ")"});
  }
  const ImageLayout layout(images, options.data_format);
  const Tensor pixels = cast(clip(layout.images(), 0, 255), DType::kInt32);
  const Shape& shape = pixels.shape();
  if (!shape.is_fully_defined()) return Tensor::abstract(images.shape(), DType::kFloat32);
  kernels::TiledEqualize p{.batch = shape[0],
                           .height = shape[1],
                           .width = shape[2],
                           .channels = shape[3],
                           .grid_height = grid_height,
                           .grid_width = grid_width};
  plus(p.height, grid_height);
  plus(p.width, grid_width);
  const int64_t tile_pixels = times(p.tile_height(), p.tile_width());
  p.limit = static_cast<float>(options.clip_limit * static_cast<double>(tile_pixels) / 256.0);
  const int64_t tables = times(times(p.batch, times(grid_height, grid_width)), p.channels);
  const Tensor y = emit({pixels}, Spec{shape, DType::kFloat32}, [&] {
    return function_step("equalize_tiles",
                         [p](auto in, auto out, auto* scratch) {
                           kernels::equalize_tiles(p, in[0].template as<int32_t>(),
                                                   out[0].template as<float>(),
                                                   reinterpret_cast<float*>(scratch));
                         },
                         {.scratch = scratch_floats(times(tables, kernels::kPixelValues))});
  });
  return layout.restore(y);
}

}  // namespace keras::ops
