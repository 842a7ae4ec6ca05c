// RandomBrightness: adds a random number to the values of an image
// (keras/src/layers/preprocessing/image_preprocessing/random_brightness.py).
#include "layers/preprocessing/image_preprocessing/color_layer.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class RandomBrightness final : public FactorColorLayer {
 public:
  RandomBrightness()
      : FactorColorLayer(
            "Largest change, or smallest and largest, as a fraction of the value range: from -1 "
            "(black) "
            "to 1 (white).") {}

  void validate() override {
    factor_.standardize_base_factor();
    make_generator();
    value_range_.sort();
  }

  Tensor transform_images(const Tensor& images, const Tree& transformation,
                          bool training) override {
    if (!training) return images;
    const Tensor delta = ops::cast(tensor_in(transformation, "rgb_delta"), images.dtype());
    return ops::clip(ops::add(images, delta), value_range_.low(), value_range_.high());
  }

 protected:
  DType image_dtype(DType images) const override { return images; }

  Tree draw_transformation(const Tensor& images, bool training,
                           const SeedGeneratorPtr& seed) override {
    const int64_t batch_size = checked_batch_size(images);
    if (!training) return {};
    const Tensor share = draw_factor(batch_size, seed);
    return Tree::Dict{{{"rgb_delta", ops::multiply(share, value_range_.size())}}};
  }
};

}  // namespace

KERAS_LAYER(RandomBrightness)

}  // namespace keras
