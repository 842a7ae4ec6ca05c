// CenterCrop: the center of images; smaller images are resized
// (keras/src/layers/preprocessing/image_preprocessing/center_crop.py).
#include "base/error.h"
#include "layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.h"
#include "layers/preprocessing/image_preprocessing/image_size.h"
#include "ops/core.h"
#include "ops/image.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class CenterCrop final : public BaseImagePreprocessingLayer {
 public:
  void fields(FieldVisitor& f) override {
    BaseImagePreprocessingLayer::fields(f);
    f("height", size_.height, "Height of the output.", Field::kRequired);
    f("width", size_.width, "Width of the output.", Field::kRequired);
  }

  Tensor transform_images(const Tensor& images, const Tree&, bool) override {
    const Tensor x = ops::cast(images, compute_dtype());
    const CenterWindow window = window_of(height_of(x), width_of(x));
    const Tensor center =
        cropped(x, window.top, window.left, {window.height, window.width}, data_format_);
    return ops::resize(center, size_.height, size_.width, {.data_format = data_format_.name()});
  }

  Tensor transform_segmentation_masks(const Tensor& masks, const Tree& transformation,
                                      bool training) override {
    return transform_images(masks, transformation, training);
  }

  BoundingBoxes transform_bounding_boxes(const BoundingBoxes& given, const Tree& transformation,
                                         bool) override {
    const int64_t height = size_in(transformation, "height");
    const int64_t width = size_in(transformation, "width");
    const CenterWindow window = window_of(height, width);
    const std::vector<Tensor> corners = ops::split(
        bounding_boxes::convert_format(given.boxes, bounding_box_format(), "xyxy", height, width),
        4, -1);
    const auto within = [](const Tensor& x, int64_t start, int64_t size) {
      return ops::subtract(ops::clip(x, start, start + size), start);
    };
    Tensor boxes = ops::concatenate({within(corners[0], window.left, window.width),
                                     within(corners[1], window.top, window.height),
                                     within(corners[2], window.left, window.width),
                                     within(corners[3], window.top, window.height)},
                                    -1);
    if (!fits(height, width)) {
      boxes =
          bounding_boxes::convert_format(boxes, "xyxy", "rel_xyxy", window.height, window.width);
      boxes = bounding_boxes::convert_format(boxes, "rel_xyxy", "xyxy", size_.height, size_.width);
    }
    BoundingBoxes out =
        bounding_boxes::clip_to_image_size({boxes, given.labels}, size_.height, size_.width);
    out.boxes = bounding_boxes::convert_format(out.boxes, "xyxy", bounding_box_format(),
                                               size_.height, size_.width);
    return out;
  }

 protected:
  Tree draw_transformation(const Tensor& images, bool, const SeedGeneratorPtr&) override {
    return Tree::Dict{{{"height", height_of(images)}, {"width", width_of(images)}}};
  }

  Shape output_shape(const Shape& images) const override {
    if (images.rank() != 3 && images.rank() != 4) {
      raise_value_error(
          {"`input_shape` must be a non-nested tuple or list of rank-1 with size 3 (unbatched) or "
           "4 (batched). "});
    }
    return size_.applied_to(images, data_format_);
  }

 private:
  bool fits(int64_t height, int64_t width) const {
    return height >= size_.height && width >= size_.width;
  }

  // What is kept of an image, before it is resized if it does not fit.
  CenterWindow window_of(int64_t height, int64_t width) const {
    if (!fits(height, width)) return center_window(height, width, size_);
    size_.check();
    return {(height - size_.height) / 2, (width - size_.width) / 2, size_.height, size_.width};
  }

  ImageSize size_;
};

}  // namespace

KERAS_LAYER(CenterCrop)

}  // namespace keras
