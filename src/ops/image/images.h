// What operations on images share.
#pragma once

#include "ops/common/support.h"

namespace keras::ops {

// ValueError unless the rank is 3 (one image) or 4 (a batch of them).
void check_images(const Tensor& images, std::string_view name = "images");

// An image or a batch of them in either layout, seen as [batch, height, width, channels], and back.
class ImageLayout {
 public:
  ImageLayout(const Tensor& images, std::string_view data_format);
  // As float32.
  const Tensor& images() const { return images_; }
  // Back to the layout and dtype that were given.
  Tensor restore(const Tensor& images) const;

 private:
  Tensor images_;
  DType dtype_;
  bool single_, first_;
};

}  // namespace keras::ops
