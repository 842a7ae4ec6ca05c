// RandomElasticTransform: distorts images smoothly during training
// (keras/src/layers/preprocessing/image_preprocessing/random_elastic_transform.py).
#include <algorithm>

#include "base/error.h"
#include "layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.h"
#include "layers/preprocessing/image_preprocessing/factor_range.h"
#include "layers/preprocessing/image_preprocessing/sampling_arguments.h"
#include "layers/preprocessing/image_preprocessing/value_range.h"
#include "ops/core.h"
#include "ops/image.h"
#include "ops/numpy.h"
#include "ops/random.h"

namespace keras {
namespace {

class RandomElasticTransform final : public BaseImagePreprocessingLayer {
 public:
  void fields(FieldVisitor& f) override {
    BaseImagePreprocessingLayer::fields(f);
    f("factor", factor_, "Probability of a change, or its bounds.");
    f("scale", scale_, "Magnitude of the distortion, or its bounds.");
    f("interpolation", interpolation_, "nearest or bilinear.");
    f("fill_mode", fill_mode_, "How points outside the image are filled.");
    f("fill_value", fill_value_, "Value outside the image in mode `constant`.");
    f("value_range", value_range_, "Smallest and largest value of the images.");
    f("seed", seed_, "Seed of the random numbers.");
  }

  void validate() override {
    factor_.standardize("factor", 0, 1);
    scale_.standardize("scale", 0, 1);
    make_generator();
    check_interpolation(interpolation_);
    if (fill_mode_ != "mirror") check_fill_mode(fill_mode_);
  }

 protected:
  Tree draw_transformation(const Tensor& images, bool training,
                           const SeedGeneratorPtr& seed) override {
    if (!training || scale_.upper() == 0 || factor_.upper() == 0) return {};
    const int64_t batch = batch_size_of(images);
    const Tensor probability = ops::random_uniform({batch}, factor_.lower(), factor_.upper(),
                                                   DType::kFloat32, seed->next());
    const Tensor threshold = ops::random_uniform({batch}, 0, 1, DType::kFloat32, seed->next());
    const Tensor distortion =
        ops::random_uniform({}, scale_.lower(), scale_.upper(), compute_dtype(), seed->next());
    return Tree::Dict{{{"apply_transform", ops::less(threshold, probability)},
                       {"distortion_factor", distortion},
                       {"seed", std::static_pointer_cast<Object>(seed)}}};
  }

  Tensor resample(const Tensor& images, const Tree& transformation,
                  const std::string& interpolation) override {
    if (transformation.is_none()) return images;
    const auto factor = static_cast<float>(tensor_in(transformation, "distortion_factor").item());
    const auto height = static_cast<float>(height_of(images));
    const auto width = static_cast<float>(width_of(images));
    // As in Keras, masks are displaced by draws of their own.
    const auto seed =
        std::static_pointer_cast<SeedGenerator>(transformation.as_dict().find("seed")->as_object());
    const Tensor moved = ops::elastic_transform(images, std::max(height, width) * (0.1f * factor),
                                                std::min(height, width) * (0.05f * factor),
                                                {.interpolation = interpolation,
                                                 .fill_mode = fill_mode_,
                                                 .fill_value = fill_value_,
                                                 .data_format = data_format_.name()},
                                                seed->next());
    const Tensor apply = ops::expand_dims(tensor_in(transformation, "apply_transform"), {1, 2, 3});
    return ops::cast(
        ops::clip(ops::where(apply, moved, images), value_range_.low(), value_range_.high()),
        compute_dtype());
  }

 private:
  FactorRange factor_{1.0}, scale_{1.0};
  std::string fill_mode_ = "reflect";
  Number fill_value_ = 0.0;
  ValueRange value_range_;
};

}  // namespace

KERAS_LAYER(RandomElasticTransform)

}  // namespace keras
