// Resizing: images of another height and width
// (keras/src/layers/preprocessing/image_preprocessing/resizing.py).
#include <algorithm>
#include <cmath>

#include "layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.h"
#include "layers/preprocessing/image_preprocessing/image_size.h"
#include "ops/core.h"
#include "ops/image.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class Resizing final : public BaseImagePreprocessingLayer {
 public:
  void fields(FieldVisitor& f) override {
    BaseImagePreprocessingLayer::fields(f);
    f("height", size_.height, "Height of the output.", Field::kRequired);
    f("width", size_.width, "Width of the output.", Field::kRequired);
    f("interpolation", interpolation_, "bilinear, nearest, bicubic, lanczos3 or lanczos5.");
    f("crop_to_aspect_ratio", crop_to_aspect_ratio_,
      "Whether to cut off what does not fit the aspect ratio of the output.");
    f("pad_to_aspect_ratio", pad_to_aspect_ratio_,
      "Whether to pad the shorter side to the aspect ratio of the output.");
    f("fill_mode", fill_mode_, "How padding is filled: constant.");
    f("fill_value", fill_value_, "Value of the padding.");
    f("antialias", antialias_, "Whether to average pixels when images become smaller.");
  }

  Tensor transform_images(const Tensor& images, const Tree& transformation, bool) override {
    return resample(images, transformation, interpolation_);
  }

  Tensor transform_segmentation_masks(const Tensor& masks, const Tree& transformation,
                                      bool) override {
    return resample(masks, transformation, "nearest");
  }

  BoundingBoxes transform_bounding_boxes(const BoundingBoxes& given, const Tree& transformation,
                                         bool) override {
    const int64_t height = size_in(transformation, "height");
    const int64_t width = size_in(transformation, "width");
    const auto all_are = [&](int value) {
      return ops::all(ops::equal(given.boxes, value), -1, true);
    };
    const Tensor is_padding = ops::logical_or(all_are(-1), all_are(0));
    const Tensor corners =
        bounding_boxes::convert_format(given.boxes, bounding_box_format(), "xyxy", height, width);
    BoundingBoxes out = bounding_boxes::clip_to_image_size(
        {moved(corners, static_cast<float>(height), static_cast<float>(width)), given.labels},
        size_.height, size_.width);
    out.boxes = ops::where(is_padding, 0.0, out.boxes);
    out.boxes = bounding_boxes::convert_format(out.boxes, "xyxy", bounding_box_format(),
                                               size_.height, size_.width);
    return out;
  }

 protected:
  Tree draw_transformation(const Tensor& images, bool, const SeedGeneratorPtr&) override {
    return Tree::Dict{{{"height", height_of(images)}, {"width", width_of(images)}}};
  }

  Tensor resample(const Tensor& images, const Tree&, const std::string& interpolation) override {
    size_.check();
    return ops::resize(images, size_.height, size_.width,
                       {.interpolation = interpolation,
                        .antialias = antialias_,
                        .crop_to_aspect_ratio = crop_to_aspect_ratio_,
                        .pad_to_aspect_ratio = pad_to_aspect_ratio_,
                        .fill_mode = fill_mode_,
                        .fill_value = fill_value_,
                        .data_format = data_format_.name()});
  }

  Shape output_shape(const Shape& images) const override {
    return size_.applied_to(images, data_format_);
  }
  DType image_dtype(DType given) const override { return given; }

 private:
  // A linear map along one axis.
  struct Move {
    float scale = 1, shift = 0;
  };

  // xyxy boxes of an image in its resized version, computed in float32 as in Keras.
  Tensor moved(const Tensor& boxes, float height, float width) const {
    const auto target_height = static_cast<float>(size_.height);
    const auto target_width = static_cast<float>(size_.width);
    Move x, y;
    if (pad_to_aspect_ratio_) {
      const float scale = std::min(target_height / height, target_width / width);
      x = {scale, std::floor((target_width - width * scale) / 2)};
      y = {scale, std::floor((target_height - height * scale) / 2)};
    } else if (crop_to_aspect_ratio_) {
      const float ratio = width / height;
      const bool is_wide = ratio > static_cast<float>(static_cast<double>(size_.width) /
                                                      static_cast<double>(size_.height));
      const float new_width = is_wide ? target_height * ratio : target_width;
      const float new_height = is_wide ? target_height : target_width / ratio;
      x = {new_width / width, -std::floor((new_width - target_width) / 2)};
      y = {new_height / height, -std::floor((new_height - target_height) / 2)};
    } else {
      x.scale = target_width / width;
      y.scale = target_height / height;
    }
    const float scales[] = {x.scale, y.scale, x.scale, y.scale};
    const float shifts[] = {x.shift, y.shift, x.shift, y.shift};
    return ops::add(ops::multiply(boxes, Tensor::from(std::span<const float>(scales), Shape{4})),
                    Tensor::from(std::span<const float>(shifts), Shape{4}));
  }

  ImageSize size_;
  bool crop_to_aspect_ratio_ = false;
  bool pad_to_aspect_ratio_ = false;
  std::string fill_mode_ = "constant";
  Number fill_value_ = 0.0;
  bool antialias_ = false;
};

}  // namespace

KERAS_LAYER(Resizing)

}  // namespace keras
