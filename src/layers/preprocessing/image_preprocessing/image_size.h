// The height and width that a layer gives to images.
#pragma once

#include <cstdint>

#include "layers/argument_validation.h"
#include "tensor/tensor.h"

namespace keras {

struct ImageSize {
  int64_t height = 0, width = 0;

  // ValueError unless both are positive.
  void check() const;
  // The shape of an image or a batch of images with this size.
  Shape applied_to(const Shape& images, const DataFormat& data_format) const;
};

// The largest centered window of an image with the aspect ratio of `size`
// (`smart_resize` in keras/src/utils/image_utils.py).
struct CenterWindow {
  int64_t top = 0, left = 0, height = 0, width = 0;
};
CenterWindow center_window(int64_t height, int64_t width, const ImageSize& size);

// The window of images that starts at these offsets; a part outside the images is missing.
Tensor cropped(const Tensor& images, int64_t top, int64_t left, const ImageSize& size,
               const DataFormat& data_format);

}  // namespace keras
