// RandomColorDegeneration: mixes an image with its grayscale version
// (keras/src/layers/preprocessing/image_preprocessing/random_color_degeneration.py).
#include "base/error.h"
#include "layers/preprocessing/image_preprocessing/color_layer.h"
#include "ops/core.h"
#include "ops/image.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class RandomColorDegeneration final : public FactorColorLayer {
 public:
  RandomColorDegeneration()
      : FactorColorLayer(
            "Range from which the weight of the grayscale image is drawn: 0 changes nothing, 1 is "
            "grayscale.") {}

  void validate() override {
    factor_.standardize("factor");
    value_range_.sort();
    make_generator();
  }

  Tensor transform_images(const Tensor& images, const Tree& transformation,
                          bool training) override {
    if (!training) return images;
    const Tensor x = ops::cast(images, compute_dtype());
    const Tensor factor = ops::cast(tensor_in(transformation, "factor"), compute_dtype());
    const Tensor gray = ops::rgb_to_grayscale(x, data_format_.name());
    const Tensor mixed = ops::add(x, ops::multiply(factor, ops::subtract(gray, x)));
    return ops::cast(ops::clip(mixed, value_range_.low(), value_range_.high()), compute_dtype());
  }

 protected:
  Shape output_shape(const Shape& images) const override {
    if (images.rank() != 3 && images.rank() != 4) {
      raise_value_error(
          {"Invalid images rank: expected rank 3 (single image) or rank 4 (batch of images). "
           "Received: input_shape=",
           repr(images)});
    }
    const int64_t channels = dim_at(images, channels_axis());
    if (channels != kNone && channels != 3) {
      raise_value_error({"Input images must have 3 channels, but received images with ",
                         std::to_string(channels), " channels."});
    }
    return images;
  }
};

}  // namespace

KERAS_LAYER(RandomColorDegeneration)

}  // namespace keras
