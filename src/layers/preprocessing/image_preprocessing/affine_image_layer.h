// What layers share that move the pixels of images by an affine map.
#pragma once

#include <string>
#include <string_view>

#include "layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.h"

namespace keras {

class AffineImageLayer : public BaseImagePreprocessingLayer {
 public:
  // Converts boxes, moves them, clips them to the image, and converts them back.
  BoundingBoxes transform_bounding_boxes(const BoundingBoxes& given, const Tree& transformation,
                                         bool training) override;

 protected:
  // The formats in which `move_boxes` takes and returns boxes; the second is xyxy or rel_xyxy.
  struct BoxFormats {
    std::string_view taken = "xyxy", returned = "xyxy";
    DType dtype = DType::kFloat32;
  };
  virtual BoxFormats box_formats() const { return {}; }
  // boxes [batch, n, 4]
  virtual Tensor move_boxes(const Tensor& boxes, const Tree& transformation) const = 0;

  // Checks fill_mode_ and interpolation_, and makes the generator.
  void check_sampling();
  // ops.image.affine_transform by matrix [batch, 8].
  Tensor affine_transform(const Tensor& images, const Tensor& matrix,
                          const std::string& interpolation) const;

  std::string fill_mode_ = "reflect";
  Number fill_value_ = 0.0;
};

}  // namespace keras
