// Shared by operations on images.
#pragma once

#include "ops/common/support.h"

namespace keras::ops {

// ValueError unless the rank is 3 (one image) or 4 (a batch of them).
void check_images(const Tensor& images, std::string_view name = "images");

// Converts an image or a batch of images from either layout to [batch, height, width, channels].
class ImageLayout {
 public:
  ImageLayout(const Tensor& images, const DataFormat& data_format);
  // As float32.
  const Tensor& images() const { return images_; }
  // Converts a result to the layout and dtype of the images given.
  Tensor restore(const Tensor& images) const;

 private:
  Tensor images_;
  DType dtype_;
  bool single_, first_;
};

}  // namespace keras::ops
