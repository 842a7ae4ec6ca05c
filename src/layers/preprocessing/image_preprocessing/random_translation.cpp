// RandomTranslation: shifts images during training
// (keras/src/layers/preprocessing/image_preprocessing/random_translation.py).
#include "layers/preprocessing/image_preprocessing/affine_image_layer.h"
#include "layers/preprocessing/image_preprocessing/factor_range.h"
#include "ops/core.h"
#include "ops/numpy.h"
#include "ops/random.h"

namespace keras {
namespace {

using Factor = Given<"number | readonly [number, number]">;

class RandomTranslation final : public AffineImageLayer {
 public:
  void fields(FieldVisitor& f) override {
    BaseImagePreprocessingLayer::fields(f);
    f("height_factor", height_factor_, "Largest shift, or smallest and largest, by height.",
      Field::kRequired);
    f("width_factor", width_factor_, "Largest shift, or smallest and largest, by width.",
      Field::kRequired);
    f("fill_mode", fill_mode_, "How points outside the image are filled.");
    f("interpolation", interpolation_, "nearest or bilinear.");
    f("seed", seed_, "Seed of the random numbers.");
    f("fill_value", fill_value_, "Value outside the image in mode `constant`.");
  }

  void validate() override {
    constexpr std::string_view kMessage =
        "The `factor` argument should be a number (or a list of two numbers) in the range [-1.0, "
        "1.0]. ";
    height_range_ = FactorRange(height_factor_);
    height_range_.standardize_each("height_factor", kMessage, -1);
    width_range_ = FactorRange(width_factor_);
    width_range_.standardize_each("width_factor", kMessage, -1);
    check_sampling();
  }

 protected:
  Tensor move_boxes(const Tensor& boxes, const Tree& transformation) const override {
    const Tensor shift = ops::expand_dims(tensor_in(transformation, "translations"), 1);
    return ops::add(boxes, ops::concatenate({shift, shift}, -1));
  }

  Tree draw_transformation(const Tensor& images, bool training,
                           const SeedGeneratorPtr& seed) override {
    if (!training) return {};
    const int64_t height = height_of(images), width = width_of(images);
    const auto drawn = [&](const FactorRange& range, int64_t size) {
      return ops::multiply(ops::random_uniform({batch_size_of(images), 1}, range.lower(),
                                               range.upper(), DType::kFloat32, seed->next()),
                           static_cast<double>(size));
    };
    const Tensor down = drawn(height_range_, height);
    const Tensor right = drawn(width_range_, width);
    return Tree::Dict{{{"translations", ops::concatenate({right, down}, 1)},
                       {"height", height},
                       {"width", width}}};
  }

  Tensor resample(const Tensor& images, const Tree& transformation,
                  const std::string& interpolation) override {
    const Tensor& translations = tensor_in(transformation, "translations");
    const std::vector<Tensor> shift = ops::split(ops::negative(translations), 2, 1);
    const int64_t batch = translations.shape()[0];
    const Tensor one = ops::ones({batch, 1}), zero = ops::zeros({batch, 1});
    return affine_transform(
        images, ops::concatenate({one, zero, shift[0], zero, one, shift[1], zero, zero}, 1),
        interpolation);
  }

 private:
  Factor height_factor_, width_factor_;
  FactorRange height_range_, width_range_;
};

}  // namespace

KERAS_LAYER(RandomTranslation)

}  // namespace keras
