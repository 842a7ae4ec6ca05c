// RandomRotation: rotates images during training
// (keras/src/layers/preprocessing/image_preprocessing/random_rotation.py).
#include <numbers>

#include "layers/preprocessing/image_preprocessing/affine_image_layer.h"
#include "layers/preprocessing/image_preprocessing/factor_range.h"
#include "ops/numpy.h"
#include "ops/random.h"

namespace keras {
namespace {

class RandomRotation final : public AffineImageLayer {
 public:
  void fields(FieldVisitor& f) override {
    BaseImagePreprocessingLayer::fields(f);
    f("factor", factor_, "Largest angle, or smallest and largest, as a fraction of a full turn.",
      Field::kRequired);
    f("fill_mode", fill_mode_, "How points outside the image are filled.");
    f("fill_value", fill_value_, "Value outside the image in mode `constant`.");
    f("interpolation", interpolation_, "nearest or bilinear.");
    f("seed", seed_, "Seed of the random numbers.");
  }

  void validate() override {
    factor_.standardize_base_factor();
    check_sampling();
  }

 protected:
  // As in Keras, boxes in any format are taken for xyxy.
  BoxFormats box_formats() const override { return {.taken = bounding_box_format()}; }

  Tensor move_boxes(const Tensor& boxes, const Tree& transformation) const override {
    return bounding_boxes::rotate(boxes, tensor_in(transformation, "angle"),
                                  size_in(transformation, "height"),
                                  size_in(transformation, "width"));
  }

  Tree draw_transformation(const Tensor& images, bool training,
                           const SeedGeneratorPtr& seed) override {
    if (!training) return {};
    const Tensor angle = ops::random_uniform({batch_size_of(images)}, factor_.lower() * 360,
                                             factor_.upper() * 360, DType::kFloat32, seed->next());
    return Tree::Dict{
        {{"angle", angle}, {"height", height_of(images)}, {"width", width_of(images)}}};
  }

  Tensor resample(const Tensor& images, const Tree& transformation,
                  const std::string& interpolation) override {
    const double center_x = 0.5 * static_cast<double>(width_of(images) - 1);
    const double center_y = 0.5 * static_cast<double>(height_of(images) - 1);
    const Tensor angle = ops::expand_dims(
        ops::multiply(tensor_in(transformation, "angle"), std::numbers::pi / 180), -1);
    const Tensor cosine = ops::cos(angle);
    const Tensor sine = ops::sin(angle);
    const Tensor minus_sine = ops::negative(sine);
    // The shift that keeps the center fixed.
    const auto shift = [&](double center, const Tensor& by_x, const Tensor& by_y) {
      return ops::subtract(ops::subtract(center, ops::multiply(center_x, by_x)),
                           ops::multiply(center_y, by_y));
    };
    const Tensor matrix =
        ops::concatenate({cosine, minus_sine, shift(center_x, cosine, minus_sine), sine, cosine,
                          shift(center_y, sine, cosine), ops::zeros({angle.shape()[0], 2})},
                         1);
    return affine_transform(images, matrix, interpolation);
  }

 private:
  FactorRange factor_;
};

}  // namespace

KERAS_LAYER(RandomRotation)

}  // namespace keras
