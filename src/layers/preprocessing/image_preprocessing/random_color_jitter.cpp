// RandomColorJitter: random brightness, contrast, saturation and hue, one after another
// (keras/src/layers/preprocessing/image_preprocessing/random_color_jitter.py).
#include "layers/preprocessing/image_preprocessing/color_layer.h"
#include "layers/preprocessing/image_preprocessing/owned_image_layers.h"
#include "ops/core.h"

namespace keras {
namespace {

using OptionalFactor = Given<"number | readonly [number, number] | null">;

class RandomColorJitter final : public ColorLayer {
 public:
  void fields(FieldVisitor& f) override {
    ColorLayer::fields(f);
    f("value_range", value_range_, "Lowest and highest value of the images.");
    f("brightness_factor", brightness_factor_, "`factor` of RandomBrightness, or null to skip it.");
    f("contrast_factor", contrast_factor_, "`factor` of RandomContrast, or null to skip it.");
    f("saturation_factor", saturation_factor_, "`factor` of RandomSaturation, or null to skip it.");
    f("hue_factor", hue_factor_, "`factor` of RandomHue, or null to skip it.");
    f("seed", seed_, "Seed of the random numbers.");
  }

  // As in Keras, the owned layers have neither the data format nor the dtype of this one.
  void validate() override {
    make_generator();
    const auto own = [&](const char* attribute, const char* class_name,
                         const OptionalFactor& factor) {
      if (factor->is_null()) return;
      track(owned_.add(attribute, class_name,
                       {{"factor", factor.value},
                        {"value_range", value_range_.json()},
                        {"seed", FieldTraits<Seed>::write(seed_)}}));
    };
    own("random_brightness", "RandomBrightness", brightness_factor_);
    own("random_contrast", "RandomContrast", contrast_factor_);
    own("random_saturation", "RandomSaturation", saturation_factor_);
    own("random_hue", "RandomHue", hue_factor_);
  }

  Tensor transform_images(const Tensor& images, const Tree&, bool training) override {
    if (!training) return images;
    Tensor x = ops::cast(images, compute_dtype());
    for (const OwnedImageLayers::Entry& owned : owned_.entries()) {
      x = owned.layer->transform_images(
          x, owned.layer->get_random_transformation(x, /*training=*/true, generator_));
    }
    return ops::cast(x, compute_dtype());
  }

  std::vector<std::pair<std::string, LayerPtr>> saved_children() const override {
    return owned_.saved_children();
  }

 protected:
  DType image_dtype(DType images) const override { return images; }
  void build_layer(const BuildShapes& shapes) override { owned_.build(shapes); }

 private:
  ValueRange value_range_;
  OptionalFactor brightness_factor_, contrast_factor_, saturation_factor_, hue_factor_;
  OwnedImageLayers owned_;
};

}  // namespace

KERAS_LAYER(RandomColorJitter)

}  // namespace keras
