// The base of RandAugment and AugMix, which apply augmentations that they own
// (keras/src/layers/preprocessing/image_preprocessing/rand_augment.py, aug_mix.py).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.h"
#include "layers/preprocessing/image_preprocessing/factor_range.h"
#include "layers/preprocessing/image_preprocessing/owned_image_layers.h"
#include "layers/preprocessing/image_preprocessing/value_range.h"

namespace keras {

class AugmentationPolicy : public BaseImagePreprocessingLayer {
 public:
  void configure(const json::Object& config) override;

  std::vector<std::pair<std::string, LayerPtr>> saved_children() const override {
    return owned_.saved_children();
  }

 protected:
  // Makes the owned layers, in this order; names are Keras's attributes, such as `random_shear`.
  void own(const std::vector<std::string_view>& attributes);
  BaseImagePreprocessingLayer& owned(std::string_view attribute) const {
    return owned_.at(attribute);
  }
  void build_layer(const BuildShapes& shapes) override { owned_.build(shapes); }

  ValueRange value_range_;
  FactorRange factor_;

 private:
  json::Object options_of(std::string_view attribute) const;

  json::Object shared_options_;  // the name, dtype etc. that this layer was given
  OwnedImageLayers owned_;
};

}  // namespace keras
