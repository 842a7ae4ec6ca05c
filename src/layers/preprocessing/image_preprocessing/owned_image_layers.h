// The image layers that RandAugment, AugMix and RandomColorJitter own.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.h"

namespace keras {

class OwnedImageLayers {
 public:
  struct Entry {
    std::string attribute;  // Keras's name of the member
    std::shared_ptr<BaseImagePreprocessingLayer> layer;
  };

  // Makes a layer, which the owner tracks.
  LayerPtr add(std::string_view attribute, std::string_view class_name,
               const json::Object& options);

  // In the order in which they were added.
  const std::vector<Entry>& entries() const { return entries_; }
  BaseImagePreprocessingLayer& at(std::string_view attribute) const;

  // Layer::saved_children of the owner.
  std::vector<std::pair<std::string, LayerPtr>> saved_children() const;
  // Part of Layer::build_layer of the owner.
  void build(const BuildShapes& shapes) const;

 private:
  std::vector<Entry> entries_;
};

}  // namespace keras
