// Bounding boxes: formats, clipping, rotation
// (keras/src/layers/preprocessing/image_preprocessing/bounding_boxes/bounding_box.py).
#pragma once

#include <string_view>

#include "ops/common/operand.h"

namespace keras::bounding_boxes {

// boxes [..., 4], and the class of each box.
struct BoundingBoxes {
  Tensor boxes;
  Tensor labels;
};

// From one format to another, case-insensitive: xyxy, yxyx, xywh, center_xywh, center_yxhw,
// rel_xyxy, rel_yxyx, rel_xywh, rel_center_xywh. Height and width of the image, in pixels, are
// numbers or tensors that broadcast to [..., 1]. ValueError for other formats and sizes.
Tensor convert_format(const Tensor& boxes, std::string_view source, std::string_view target,
                      const ops::Operand& height, const ops::Operand& width,
                      DType dtype = DType::kFloat32);

// Moves corners of xyxy boxes into the image; boxes without an area get the label -1.
BoundingBoxes clip_to_image_size(const BoundingBoxes& bounding_boxes, const ops::Operand& height,
                                 const ops::Operand& width);
// The same for rel_xyxy boxes, whose image ends at 1.
BoundingBoxes clip_to_image_size(const BoundingBoxes& bounding_boxes);

// The smallest boxes around xyxy boxes [batch, n, 4] rotated by angles [batch], in degrees, about
// the center of the image: Keras's affine_transform without scale, shear and translation.
Tensor rotate(const Tensor& boxes, const Tensor& angle, int64_t height, int64_t width);

}  // namespace keras::bounding_boxes
