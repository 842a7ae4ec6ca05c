// MaxNumBoundingBoxes: the same number of boxes for all images
// (keras/src/layers/preprocessing/image_preprocessing/max_num_bounding_box.py).
#include <algorithm>

#include "base/error.h"
#include "layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class MaxNumBoundingBoxes final : public BaseImagePreprocessingLayer {
 public:
  void fields(FieldVisitor& f) override {
    BaseImagePreprocessingLayer::fields(f);
    f("max_number", max_number_, "Number of boxes of each image.", Field::kRequired);
    f("fill_value", fill_value_, "Value of boxes and labels that are added; not in configs.",
      Field::kReadOnly);
  }

  void validate() override {
    if (max_number_ >= 0) return;
    raise_value_error(
        {"`max_number` must not be negative. Received: max_number=", std::to_string(max_number_)});
  }

  Tensor transform_images(const Tensor& images, const Tree&, bool) override { return images; }
  Tensor transform_segmentation_masks(const Tensor& masks, const Tree&, bool) override {
    return masks;
  }

  BoundingBoxes transform_bounding_boxes(const BoundingBoxes& given, const Tree&, bool) override {
    return {with_number(given.boxes), with_number(given.labels)};
  }

 protected:
  ShapeTree output_shapes(const ShapeTree& data) const override {
    if (!data.is_dict()) return data;
    ShapeTree::Dict out = data.dict();
    for (auto& [key, shapes] : out) {
      if (key != "bounding_boxes" || !shapes.is_dict()) continue;
      ShapeTree::Dict boxes = shapes.dict();
      for (auto& [name, shape] : boxes) {
        if (name != "boxes" && name != "labels") {
          raise_key_error({"There are unsupported keys in `bounding_boxes`: ['", name,
                           "']. Only `boxes` and `labels` are supported."});
        }
        shape = shape.shape().with(1, max_number_);
      }
      shapes = std::move(boxes);
    }
    return out;
  }
  DType image_dtype(DType given) const override { return given; }

 private:
  Tensor with_number(const Tensor& all) const {
    const Shape& shape = all.shape();
    const int64_t kept = std::min(max_number_, dim_at(shape, 1));
    const std::vector<int64_t> start(static_cast<size_t>(shape.rank()));
    std::vector<ops::PadWidth> padding(start.size());
    padding[1].after = max_number_ - kept;
    return ops::pad(ops::slice(all, start, shape.with(1, kept)), padding, "constant",
                    static_cast<double>(fill_value_));
  }

  int64_t max_number_ = 0;
  int64_t fill_value_ = -1;
};

}  // namespace

KERAS_LAYER(MaxNumBoundingBoxes)

}  // namespace keras
