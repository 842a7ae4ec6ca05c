// RandomPerspective: moves the corners of images during training
// (keras/src/layers/preprocessing/image_preprocessing/random_perspective.py).
#include "base/error.h"
#include "layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.h"
#include "layers/preprocessing/image_preprocessing/factor_range.h"
#include "layers/preprocessing/image_preprocessing/sampling_arguments.h"
#include "ops/core.h"
#include "ops/image.h"
#include "ops/numpy.h"
#include "ops/random.h"

namespace keras {
namespace {

class RandomPerspective final : public BaseImagePreprocessingLayer {
 public:
  void fields(FieldVisitor& f) override {
    BaseImagePreprocessingLayer::fields(f);
    f("factor", factor_, "Probability of a change, or its bounds.");
    f("scale", scale_, "How far corners move, from 0 to 1.");
    f("interpolation", interpolation_, "nearest or bilinear.");
    f("fill_value", fill_value_, "Value outside the image.");
    f("seed", seed_, "Seed of the random numbers.");
  }

  void validate() override {
    factor_.standardize("factor", 0, 1);
    make_generator();
    if (scale_ < 0 || scale_ > 1) {
      raise_value_error(
          {"The `scale` argument should be a number in the range [0,1]. Received: scale=",
           repr(scale_.json())});
    }
    check_interpolation(interpolation_);
  }

  // As in Keras, boxes are returned as xyxy, whatever their format was.
  BoundingBoxes transform_bounding_boxes(const BoundingBoxes& given, const Tree& transformation,
                                         bool training) override {
    if (!training || transformation.is_none()) return given;
    const int64_t height = size_in(transformation, "height");
    const int64_t width = size_in(transformation, "width");
    const Tensor boxes =
        bounding_boxes::convert_format(given.boxes, bounding_box_format(), "xyxy", height, width);
    // The inverse of the map by which images are sampled.
    const Tensor map = ops::compute_homography_matrix(
        ops::cast(tensor_in(transformation, "end_points"), DType::kFloat32),
        ops::cast(tensor_in(transformation, "start_points"), DType::kFloat32));
    const Tensor apply = ops::expand_dims(tensor_in(transformation, "apply_perspective"), {1, 2});
    return bounding_boxes::clip_to_image_size(
        {ops::where(apply, around_moved(boxes, map), boxes), given.labels}, height, width);
  }

 protected:
  Tree draw_transformation(const Tensor& images, bool training,
                           const SeedGeneratorPtr& seed) override {
    if (!training) return {};
    const int64_t batch = batch_size_of(images);
    const int64_t height = height_of(images), width = width_of(images);
    const Tensor probability = ops::random_uniform({batch}, factor_.lower(), factor_.upper(),
                                                   DType::kFloat32, seed->next());
    const Tensor threshold = ops::random_uniform({batch}, 0, 1, DType::kFloat32, seed->next());
    const Tensor moves = ops::random_uniform({batch, 4, 2}, -0.5 * scale_, 0.5 * scale_,
                                             compute_dtype(), seed->next());
    const auto right = static_cast<float>(width - 1), bottom = static_cast<float>(height - 1);
    const float corners[] = {0, 0, right, 0, 0, bottom, right, bottom};
    const Tensor start =
        ops::cast(ops::broadcast_to(Tensor::from(std::span<const float>(corners), Shape{1, 4, 2}),
                                    {batch, 4, 2}),
                  compute_dtype());
    return Tree::Dict{{{"apply_perspective", ops::less(threshold, probability)},
                       {"start_points", start},
                       {"end_points", ops::add(start, ops::multiply(start, moves))},
                       {"height", height},
                       {"width", width}}};
  }

  Tensor resample(const Tensor& images, const Tree& transformation,
                  const std::string& interpolation) override {
    if (transformation.is_none()) return images;
    const Tensor moved = ops::perspective_transform(
        images, tensor_in(transformation, "start_points"), tensor_in(transformation, "end_points"),
        {.interpolation = interpolation,
         .fill_value = fill_value_,
         .data_format = data_format_.name()});
    const Tensor apply =
        ops::expand_dims(tensor_in(transformation, "apply_perspective"), {1, 2, 3});
    return ops::where(apply, moved, images);
  }

 private:
  // The smallest boxes around the corners of xyxy boxes [batch, n, 4] after maps [batch, 8].
  static Tensor around_moved(const Tensor& boxes, const Tensor& map) {
    const std::vector<Tensor> m = ops::split(ops::expand_dims(map, 1), 8, -1);
    const std::vector<Tensor> corners = ops::split(boxes, 4, -1);
    std::vector<Tensor> xs, ys;
    for (const size_t i : {0, 2}) {
      for (const size_t j : {1, 3}) {
        const auto linear = [&](const Tensor& by_x, const Tensor& by_y, const ops::Operand& shift) {
          return ops::add(
              ops::add(ops::multiply(by_x, corners[i]), ops::multiply(by_y, corners[j])), shift);
        };
        const Tensor depth = linear(m[6], m[7], 1);
        xs.push_back(ops::divide(linear(m[0], m[1], m[2]), depth));
        ys.push_back(ops::divide(linear(m[3], m[4], m[5]), depth));
      }
    }
    const Tensor x = ops::concatenate(xs, -1), y = ops::concatenate(ys, -1);
    return ops::concatenate({ops::min(x, -1, true), ops::min(y, -1, true), ops::max(x, -1, true),
                             ops::max(y, -1, true)},
                            -1);
  }

  FactorRange factor_{1.0};
  Number scale_ = 1.0;
  Number fill_value_ = 0.0;
};

}  // namespace

KERAS_LAYER(RandomPerspective)

}  // namespace keras
