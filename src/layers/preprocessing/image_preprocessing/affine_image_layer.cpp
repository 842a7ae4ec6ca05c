#include "layers/preprocessing/image_preprocessing/affine_image_layer.h"

#include "layers/preprocessing/image_preprocessing/sampling_arguments.h"
#include "ops/image.h"

namespace keras {

void AffineImageLayer::check_sampling() {
  check_fill_mode(fill_mode_);
  check_interpolation(interpolation_);
  make_generator();
}

BoundingBoxes AffineImageLayer::transform_bounding_boxes(const BoundingBoxes& given,
                                                         const Tree& transformation,
                                                         bool training) {
  if (!training) return given;
  const int64_t height = size_in(transformation, "height");
  const int64_t width = size_in(transformation, "width");
  const auto [taken, returned, dtype] = box_formats();
  const Tensor boxes = bounding_boxes::convert_format(given.boxes, bounding_box_format(), taken,
                                                      height, width, dtype);
  const BoundingBoxes moved{move_boxes(boxes, transformation), given.labels};
  BoundingBoxes out = returned == "xyxy" ? bounding_boxes::clip_to_image_size(moved, height, width)
                                         : bounding_boxes::clip_to_image_size(moved);
  out.boxes = bounding_boxes::convert_format(out.boxes, returned, bounding_box_format(), height,
                                             width, dtype);
  return out;
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
