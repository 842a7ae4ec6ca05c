#include "layers/preprocessing/image_preprocessing/affine_image_layer.h"

#include "layers/preprocessing/image_preprocessing/sampling_arguments.h"
#include "ops/image.h"

namespace keras {

void AffineImageLayer::check_sampling() {
  check_fill_mode(fill_mode_);
  check_interpolation(interpolation_);
  make_generator();
}

Tensor AffineImageLayer::affine_transform(const Tensor& images, const Tensor& matrix,
                                          const std::string& interpolation) const {
  return ops::affine_transform(images, matrix,
                               {.interpolation = interpolation,
                                .fill_mode = fill_mode_,
                                .fill_value = fill_value_,
                                .data_format = data_format_.name()});
}

}  // namespace keras
