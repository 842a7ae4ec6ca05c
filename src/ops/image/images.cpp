#include "ops/image/images.h"

#include "ops/core.h"
#include "ops/nn/window.h"
#include "ops/numpy.h"

namespace keras::ops {

void check_images(const Tensor& images, std::string_view name) {
  if (images.rank() == 3 || images.rank() == 4) return;
  raise_value_error({"Invalid ", std::string(name),
                     " rank: expected rank 3 (single image) or rank 4 (batch of images). Received "
                     "input with shape: ",
                     std::string(name), ".shape=", repr(images.shape())});
}

ImageLayout::ImageLayout(const Tensor& images, const DataFormat& data_format)
    : dtype_(images.dtype()), single_(images.rank() == 3), first_(is_channels_first(data_format)) {
  check_images(images);
  images_ = cast(images, DType::kFloat32);
  if (single_) images_ = expand_dims(images_, 0);
  if (first_) images_ = to_channels_last(images_);
}

Tensor ImageLayout::restore(const Tensor& images) const {
  Tensor y = first_ ? to_channels_first(images) : images;
  if (single_) y = squeeze(y, 0);
  return cast(y, dtype_);
}

}  // namespace keras::ops
