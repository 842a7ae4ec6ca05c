// What layers share that move the pixels of images by an affine map.
#pragma once

#include <string>

#include "layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.h"

namespace keras {

class AffineImageLayer : public BaseImagePreprocessingLayer {
 protected:
  // Checks fill_mode_ and interpolation_, and makes the generator.
  void check_sampling();
  // ops.image.affine_transform by matrix [batch, 8].
  Tensor affine_transform(const Tensor& images, const Tensor& matrix,
                          const std::string& interpolation) const;

  std::string fill_mode_ = "reflect";
  Number fill_value_ = 0.0;
};

}  // namespace keras
