// The base of image preprocessing: called with images, or with a dict of images, labels, bounding
// boxes and segmentation masks, which all get the same transformation
// (keras/src/layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.py).
//
// A layer draws its numbers in `draw_transformation` and overrides the `transform_...` functions
// for batches. A single image, [height, width, channels], is transformed as a batch of one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "layers/argument_validation.h"
#include "layers/layer.h"
#include "layers/preprocessing/image_preprocessing/bounding_boxes/bounding_box.h"

namespace keras {

using bounding_boxes::BoundingBoxes;

class BaseImagePreprocessingLayer : public Layer {
 public:
  void fields(FieldVisitor& f) override;  // data_format and bounding_box_format
  const CallSignature& call_signature() const override;
  std::string unknown_argument_message(const json::Object& unknown) const override;
  bool allows_non_tensor_arguments() const override { return true; }

  // What `transform_...` apply to one call's data, such as angles: a dict, or None when there is
  // nothing to apply. `data` is images or a dict with the key `images`; numbers are drawn from
  // `seed`, by default the layer's own generator.
  Tree get_random_transformation(const Tree& data, bool training = true,
                                 const SeedGeneratorPtr& seed = nullptr);

  // images [batch, ...] in the layer's data format. By default casts to the compute dtype, and
  // applies `resample` in training.
  virtual Tensor transform_images(const Tensor& images, const Tree& transformation,
                                  bool training = true);
  // By default unchanged.
  virtual Tensor transform_labels(const Tensor& labels, const Tree& transformation,
                                  bool training = true);
  // Boxes [batch, n, 4] in `bounding_box_format`. NotImplementedError by default.
  virtual BoundingBoxes transform_bounding_boxes(const BoundingBoxes& bounding_boxes,
                                                 const Tree& transformation, bool training = true);
  // By default applies `resample` without interpolation in training.
  virtual Tensor transform_segmentation_masks(const Tensor& masks, const Tree& transformation,
                                              bool training = true);

  Tensor transform_single_image(const Tensor& image, const Tree& transformation,
                                bool training = true);
  Tensor transform_single_label(const Tensor& label, const Tree& transformation,
                                bool training = true);
  BoundingBoxes transform_single_bounding_box(const BoundingBoxes& bounding_box,
                                              const Tree& transformation, bool training = true);
  Tensor transform_single_segmentation_mask(const Tensor& mask, const Tree& transformation,
                                            bool training = true);

  Tree call(const CallArgs& args) final;
  Tree compute_output_spec(const CallArgs& args) final;
  ShapeTree compute_output_shape(const BuildShapes& shapes) final;

 protected:
  // `images` may be a single image; `seed` is null for layers without a generator.
  virtual Tree draw_transformation(const Tensor& images, bool training,
                                   const SeedGeneratorPtr& seed);
  // Keras's `_transform_images`. NotImplementedError by default.
  virtual Tensor resample(const Tensor& images, const Tree& transformation,
                          const std::string& interpolation);
  // The shape of transformed images and masks; by default the same.
  virtual Shape output_shape(const Shape& images) const { return images; }
  // The same for all data of a call.
  virtual ShapeTree output_shapes(const ShapeTree& data) const;
  // The dtype of transformed images.
  virtual DType image_dtype(DType) const { return compute_dtype(); }
  // The dtype of the KerasTensors of a symbolic call.
  virtual DType promised_dtype(DType) const { return compute_dtype(); }

  // For layers with a `seed`, in `validate`.
  void make_generator();

  int height_axis() const { return data_format_.channels_first ? -2 : -3; }
  int width_axis() const { return height_axis() + 1; }
  // In a batch or a single image.
  int channels_axis() const { return data_format_.channels_first ? -3 : -1; }
  int64_t height_of(const Tensor& images) const { return dim_at(images.shape(), height_axis()); }
  int64_t width_of(const Tensor& images) const { return dim_at(images.shape(), width_axis()); }
  // 1 for a single image.
  static int64_t batch_size_of(const Tensor& images);
  // `bounding_box_format`; ValueError when not given.
  const std::string& bounding_box_format() const;

  DataFormat data_format_;
  std::string interpolation_ = "bilinear";
  Seed seed_;
  SeedGeneratorPtr generator_;

 private:
  Tree infer_outputs(const Tree& data) const;
  Tree transform_dict(const Tree::Dict& data, const Tree& transformation, bool training);

  std::optional<std::string> bounding_box_format_;
};

// An entry of a transformation.
const Tensor& tensor_in(const Tree& transformation, std::string_view key);
int64_t size_in(const Tree& transformation, std::string_view key);

}  // namespace keras
