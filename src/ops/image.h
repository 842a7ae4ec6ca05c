// keras.ops.image on tensors (keras/src/ops/image.py).
#pragma once

#include <string>

#include "ops/operand.h"

namespace keras::ops {

struct ResizeOptions {
  std::string interpolation = "bilinear";  // nearest, bicubic, lanczos3, lanczos5
  bool antialias = false;
  bool crop_to_aspect_ratio = false;
  bool pad_to_aspect_ratio = false;
  std::string fill_mode = "constant";
  double fill_value = 0;
  std::string data_format = "channels_last";
};
Tensor resize(const Tensor& images, int64_t height, int64_t width,
              const ResizeOptions& options = {});
Tensor rgb_to_grayscale(const Tensor& images, std::string_view data_format = "channels_last");

}  // namespace keras::ops
