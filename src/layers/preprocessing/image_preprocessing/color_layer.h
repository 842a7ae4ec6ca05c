// The base of image layers that change colors: bounding boxes and segmentation masks stay as they
// are, and images are drawn for independently.
#pragma once

#include "layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.h"
#include "layers/preprocessing/image_preprocessing/value_range.h"

namespace keras {

class ColorLayer : public BaseImagePreprocessingLayer {
 public:
  BoundingBoxes transform_bounding_boxes(const BoundingBoxes& bounding_boxes, const Tree&,
                                         bool) override {
    return bounding_boxes;
  }
  Tensor transform_segmentation_masks(const Tensor& masks, const Tree&, bool) override {
    return masks;
  }

 protected:
  // The batch size: 1 for a single image. ValueError unless the rank is 3 or 4; its message has
  // `received`, in which Keras's layers differ.
  static int64_t checked_batch_size(const Tensor& images, std::string_view received = "Received ");
  // One number in [lower, upper) for each image, as [batch, 1, 1, 1].
  static Tensor draw_per_image(int64_t batch_size, double lower, double upper, DType dtype,
                               const SeedGeneratorPtr& seed);
};

}  // namespace keras
