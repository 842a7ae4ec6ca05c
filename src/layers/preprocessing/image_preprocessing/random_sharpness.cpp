// RandomSharpness: blurs or sharpens an image
// (keras/src/layers/preprocessing/image_preprocessing/random_sharpness.py).
#include "layers/preprocessing/image_preprocessing/color_layer.h"
#include "ops/core.h"
#include "ops/nn.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class RandomSharpness final : public FactorColorLayer {
 public:
  RandomSharpness()
      : FactorColorLayer(
            "Numbers from 0 to 1 from which one is drawn: 0 is blurred, 0.5 changes nothing, 1 is "
            "sharpened.") {}

  void validate() override {
    factor_.standardize("factor", 0, 1);
    value_range_.sort();
    make_generator();
  }

  Tensor transform_images(const Tensor& images, const Tree& transformation,
                          bool training) override {
    const DType dtype = compute_dtype();
    Tensor x = ops::cast(images, dtype);
    if (!training) return x;
    if (data_format_.channels_first) x = ops::swapaxes(x, -3, -1);
    const Tensor factor = ops::cast(ops::multiply(tensor_in(transformation, "factor"), 2), dtype);
    const Tensor smoothed = ops::cast(
        ops::depthwise_conv(x, smoothing_kernel(x.shape().back()), {.padding = "same"}), dtype);
    x = ops::add(x, ops::multiply(ops::subtract(1.0, factor), ops::subtract(smoothed, x)));
    x = ops::clip(x, value_range_.low(), value_range_.high());
    return data_format_.channels_first ? ops::swapaxes(x, -3, -1) : x;
  }

 private:
  // [3, 3, channels, 1]
  Tensor smoothing_kernel(int64_t channels) const {
    constexpr float kSide = 1.0 / 13.0, kCenter = 5.0 / 13.0;
    constexpr float kKernel[] = {kSide, kSide, kSide, kSide, kCenter, kSide, kSide, kSide, kSide};
    const Tensor kernel = Tensor::from(std::span<const float>(kKernel), Shape{3, 3, 1, 1});
    return ops::cast(ops::tile(kernel, {1, 1, channels, 1}), compute_dtype());
  }
};

}  // namespace

KERAS_LAYER(RandomSharpness)

}  // namespace keras
