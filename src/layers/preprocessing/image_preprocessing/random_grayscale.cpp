// RandomGrayscale: turns some images to grayscale
// (keras/src/layers/preprocessing/image_preprocessing/random_grayscale.py).
#include "base/error.h"
#include "layers/preprocessing/image_preprocessing/color_layer.h"
#include "ops/image.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class RandomGrayscale final : public ColorLayer {
 public:
  void fields(FieldVisitor& f) override {
    ColorLayer::fields(f);
    f("factor", factor_, "Share of the images that become grayscale, from 0 to 1.");
    f("seed", seed_, "Seed of the random numbers. As in Keras, not part of the config.",
      Field::kReadOnly);
  }

  void validate() override {
    if (factor_ < 0 || factor_ > 1) {
      raise_value_error(
          {"`factor` should be between 0 and 1. Received: factor=", repr(factor_.json())});
    }
    make_generator();
  }

  Tensor transform_images(const Tensor& images, const Tree& transformation,
                          bool training) override {
    if (!training) return images;
    return ops::where(tensor_in(transformation, "should_apply"),
                      ops::rgb_to_grayscale(images, data_format_.name()), images);
  }

 protected:
  DType image_dtype(DType images) const override { return images; }
  DType promised_dtype(DType images) const override { return images; }

  Tree draw_transformation(const Tensor& images, bool, const SeedGeneratorPtr& seed) override {
    const Tensor draws = draw_per_image(batch_size_of(images), 0, 1, DType::kFloat32, seed);
    return Tree::Dict{{{"should_apply", ops::less(draws, double(factor_))}}};
  }

 private:
  Number factor_ = 0.5;
};

}  // namespace

KERAS_LAYER(RandomGrayscale)

}  // namespace keras
