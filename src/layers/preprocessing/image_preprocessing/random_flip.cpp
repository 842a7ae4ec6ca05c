// RandomFlip: flips images during training
// (keras/src/layers/preprocessing/image_preprocessing/random_flip.py).
#include "layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.h"
#include "ops/core.h"
#include "ops/numpy.h"
#include "ops/random.h"

namespace keras {
namespace {

class RandomFlip final : public BaseImagePreprocessingLayer {
 public:
  void fields(FieldVisitor& f) override {
    BaseImagePreprocessingLayer::fields(f);
    f("seed", seed_, "Seed of the random numbers.");
    f("mode", mode_, "horizontal, vertical or horizontal_and_vertical.");
  }

  void validate() override { make_generator(); }
  bool converts_inputs() const override { return false; }

  Tensor transform_images(const Tensor& images, const Tree& transformation,
                          bool training) override {
    Tensor x = ops::cast(images, compute_dtype());
    if (!training) return x;
    const Tensor& flips = tensor_in(transformation, "flips");
    if (flips_along_x()) x = ops::where(flips, ops::flip(x, width_axis()), x);
    if (flips_along_y()) x = ops::where(flips, ops::flip(x, height_axis()), x);
    return x;
  }

  BoundingBoxes transform_bounding_boxes(const BoundingBoxes& given, const Tree& transformation,
                                         bool training) override {
    if (!training) return given;
    const int64_t height = size_in(transformation, "height");
    const int64_t width = size_in(transformation, "width");
    const Tensor flips = ops::squeeze(tensor_in(transformation, "flips"), -1);
    BoundingBoxes out = given;
    out.boxes =
        bounding_boxes::convert_format(out.boxes, bounding_box_format(), "rel_xyxy", height, width);
    if (flips_along_x()) out.boxes = ops::where(flips, flipped(out.boxes, 0), out.boxes);
    if (flips_along_y()) out.boxes = ops::where(flips, flipped(out.boxes, 1), out.boxes);
    // As Keras does, although relative coordinates end at 1.
    out = bounding_boxes::clip_to_image_size(out, height, width);
    out.boxes =
        bounding_boxes::convert_format(out.boxes, "rel_xyxy", bounding_box_format(), height, width);
    return out;
  }

  Tensor transform_segmentation_masks(const Tensor& masks, const Tree& transformation,
                                      bool training) override {
    return transform_images(masks, transformation, training);
  }

 protected:
  Tree draw_transformation(const Tensor& images, bool training,
                           const SeedGeneratorPtr& seed) override {
    if (!training) return {};
    const Tensor draws =
        ops::random_uniform({batch_size_of(images), 1, 1, 1}, 0, 1, DType::kFloat32, seed->next());
    return Tree::Dict{{{"flips", ops::less_equal(draws, 0.5)},
                       {"height", height_of(images)},
                       {"width", width_of(images)}}};
  }

 private:
  static constexpr std::string_view kBoth = "horizontal_and_vertical";

  bool flips_along_x() const { return mode_ == "horizontal" || mode_ == kBoth; }
  bool flips_along_y() const { return mode_ == "vertical" || mode_ == kBoth; }

  // Mirrors rel_xyxy boxes along x (0) or y (1).
  static Tensor flipped(const Tensor& boxes, size_t axis) {
    std::vector<Tensor> columns = ops::split(boxes, 4, -1);
    const Tensor start = columns[axis];
    columns[axis] = ops::subtract(1, columns[axis + 2]);
    columns[axis + 2] = ops::subtract(1, start);
    return ops::concatenate(columns, -1);
  }

  std::string mode_{kBoth};
};

}  // namespace

KERAS_LAYER(RandomFlip)

}  // namespace keras
