// RandomContrast: scales the distance of values from their mean in each channel
// (keras/src/layers/preprocessing/image_preprocessing/random_contrast.py).
#include "layers/preprocessing/image_preprocessing/color_layer.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class RandomContrast final : public FactorColorLayer {
 public:
  RandomContrast()
      : FactorColorLayer(
            "Numbers from 0 to 1: the contrast is multiplied by 1 - lower up to 1 + upper.") {}

  void validate() override {
    factor_.standardize("factor", 0, 1);
    make_generator();
  }

  Tensor transform_images(const Tensor& images, const Tree& transformation,
                          bool training) override {
    if (!training) return images;
    const Tensor rows = ops::mean(images, height_axis(), /*keepdims=*/true);
    const Tensor mean = ops::mean(rows, width_axis(), /*keepdims=*/true);
    const Tensor scaled =
        ops::multiply(ops::subtract(images, mean), tensor_in(transformation, "contrast_factor"));
    return ops::clip(ops::add(scaled, mean), value_range_.low(), value_range_.high());
  }

 protected:
  Tree draw_transformation(const Tensor& images, bool training,
                           const SeedGeneratorPtr& seed) override {
    const int64_t batch_size = checked_batch_size(images);
    if (!training) return {};
    return Tree::Dict{
        {{"contrast_factor", draw_per_image(batch_size, 1.0 - factor_.lower(),
                                            1.0 + factor_.upper(), compute_dtype(), seed)}}};
  }
};

}  // namespace

KERAS_LAYER(RandomContrast)

}  // namespace keras
