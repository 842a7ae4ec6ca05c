// The base of image layers that change colors: bounding boxes and segmentation masks stay as they
// are, and images are drawn for independently.
#pragma once

#include "layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.h"
#include "layers/preprocessing/image_preprocessing/factor_range.h"
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

// A color layer with a range of factors and a range of values.
class FactorColorLayer : public ColorLayer {
 public:
  void fields(FieldVisitor& f) override;

 protected:
  explicit FactorColorLayer(std::string_view factor_doc) : factor_doc_(factor_doc) {}

  // One number of the factor's range for each image, as [batch, 1, 1, 1].
  Tensor draw_factor(int64_t batch_size, const SeedGeneratorPtr& seed) const;
  // By default a dict with one `factor` for each image.
  Tree draw_transformation(const Tensor& images, bool training,
                           const SeedGeneratorPtr& seed) override;

  FactorRange factor_;
  ValueRange value_range_;

 private:
  std::string_view factor_doc_;  // a literal
};

}  // namespace keras
