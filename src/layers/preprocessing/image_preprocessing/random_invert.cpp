// RandomInvert: inverts the colors of some images
// (keras/src/layers/preprocessing/image_preprocessing/random_invert.py).
#include "layers/preprocessing/image_preprocessing/color_layer.h"
#include "layers/preprocessing/image_preprocessing/factor_range.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class RandomInvert final : public ColorLayer {
 public:
  void fields(FieldVisitor& f) override {
    ColorLayer::fields(f);
    f("factor", factor_, "Range from which the probability of inverting an image is drawn.");
    f("value_range", value_range_, "Lowest and highest value of the images.");
    f("seed", seed_, "Seed of the random numbers.");
  }

  void validate() override {
    factor_.standardize("factor", 0, 1);
    make_generator();
  }

  Tensor transform_images(const Tensor& images, const Tree& transformation,
                          bool training) override {
    if (!training) return images;
    const Tensor x = ops::cast(images, compute_dtype());
    return ops::where(tensor_in(transformation, "apply_inversion"),
                      ops::subtract(value_range_.high(), x), x);
  }

 protected:
  Tree draw_transformation(const Tensor& images, bool training,
                           const SeedGeneratorPtr& seed) override {
    if (!training) return {};
    const int64_t batch_size = checked_batch_size(images);
    const Tensor probability =
        draw_per_image(batch_size, factor_.lower(), factor_.upper(), DType::kFloat32, seed);
    const Tensor threshold = draw_per_image(batch_size, 0, 1, DType::kFloat32, seed);
    return Tree::Dict{{{"apply_inversion", ops::less(threshold, probability)}}};
  }

 private:
  FactorRange factor_ = json::Value(1.0);
  ValueRange value_range_;
};

}  // namespace

KERAS_LAYER(RandomInvert)

}  // namespace keras
