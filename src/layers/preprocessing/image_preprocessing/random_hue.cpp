// RandomHue: rotates the hue of an image
// (keras/src/layers/preprocessing/image_preprocessing/random_hue.py).
#include "layers/preprocessing/image_preprocessing/color_layer.h"
#include "ops/core.h"
#include "ops/image.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class RandomHue final : public FactorColorLayer {
 public:
  RandomHue()
      : FactorColorLayer(
            "Numbers from 0 to 1 from which one is drawn: 0 changes nothing, 1 rotates the hue by "
            "half a "
            "turn in either direction.") {}

  void validate() override {
    factor_.standardize("factor", 0, 1);
    make_generator();
  }

  Tensor transform_images(const Tensor& images, const Tree& transformation,
                          bool training) override {
    if (!training) return images;
    const std::string_view format = data_format_.name();
    const int axis = channels_axis();
    const ValueRange unit(0, 1);
    const Tensor x = transform_value_range(ops::cast(images, compute_dtype()), value_range_, unit,
                                           DType::kFloat32);
    const Tensor turn = ops::squeeze(ops::cast(tensor_in(transformation, "factor"), x.dtype()), -1);
    std::vector<Tensor> hsv = ops::unstack(ops::rgb_to_hsv(x, format), 3, axis);
    hsv[0] = within_a_turn(ops::add(hsv[0], turn));
    const Tensor rgb = ops::clip(ops::hsv_to_rgb(ops::stack(hsv, axis), format), 0, 1);
    return ops::cast(transform_value_range(rgb, unit, value_range_, DType::kFloat32),
                     compute_dtype());
  }

 protected:
  Tree draw_transformation(const Tensor& images, bool, const SeedGeneratorPtr& seed) override {
    const int64_t batch_size = checked_batch_size(images);
    const Tensor sign = ops::where(
        ops::greater(draw_per_image(batch_size, 0, 1, DType::kFloat32, seed), 0.5), -1.0, 1.0);
    const Tensor factor = draw_factor(batch_size, seed);
    return Tree::Dict{{{"factor", ops::multiply(ops::multiply(sign, factor), 0.5)}}};
  }

 private:
  static Tensor within_a_turn(const Tensor& hue) {
    const Tensor x = ops::where(ops::greater(hue, 1.0), ops::subtract(hue, 1.0), hue);
    return ops::where(ops::less(x, 0.0), ops::add(x, 1.0), x);
  }
};

}  // namespace

KERAS_LAYER(RandomHue)

}  // namespace keras
