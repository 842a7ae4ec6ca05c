// RandomSaturation: scales the saturation of an image
// (keras/src/layers/preprocessing/image_preprocessing/random_saturation.py).
#include "layers/preprocessing/image_preprocessing/color_layer.h"
#include "ops/core.h"
#include "ops/image.h"
#include "ops/numpy.h"

namespace keras {
namespace {

constexpr double kEpsilon = 1e-7;  // keras.config.epsilon()

class RandomSaturation final : public FactorColorLayer {
 public:
  RandomSaturation()
      : FactorColorLayer(
            "Numbers from 0 to 1 from which one is drawn: 0 is grayscale, 0.5 changes nothing, 1 "
            "is "
            "fully saturated.") {}

  void validate() override {
    factor_.standardize("factor");
    value_range_.sort();
    make_generator();
  }

  Tensor transform_images(const Tensor& images, const Tree& transformation,
                          bool training) override {
    if (!training) return images;
    const std::string_view format = data_format_.name();
    const int axis = channels_axis();
    const Tensor factor =
        ops::squeeze(ops::cast(tensor_in(transformation, "factor"), compute_dtype()), -1);
    std::vector<Tensor> hsv = ops::unstack(ops::rgb_to_hsv(images, format), 3, axis);
    hsv[1] = ops::clip(ops::multiply(hsv[1], factor), value_range_.low(), value_range_.high());
    return ops::hsv_to_rgb(ops::stack(hsv, axis), format);
  }

 protected:
  Tree draw_transformation(const Tensor& images, bool, const SeedGeneratorPtr& seed) override {
    const Tensor factor = draw_factor(checked_batch_size(images, "Received: "), seed);
    const Tensor rest = ops::add(ops::subtract(1, factor), kEpsilon);
    return Tree::Dict{{{"factor", ops::divide(factor, rest)}}};
  }
};

}  // namespace

KERAS_LAYER(RandomSaturation)

}  // namespace keras
