#include "layers/preprocessing/image_preprocessing/owned_image_layers.h"

#include <algorithm>

#include "base/error.h"
#include "layers/make_layer.h"

namespace keras {

LayerPtr OwnedImageLayers::add(std::string_view attribute, std::string_view class_name,
                               const json::Object& options) {
  const LayerPtr layer = make_layer(class_name, options);
  entries_.push_back(
      {std::string(attribute), std::static_pointer_cast<BaseImagePreprocessingLayer>(layer)});
  return layer;
}

BaseImagePreprocessingLayer& OwnedImageLayers::at(std::string_view attribute) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& entry) { return entry.attribute == attribute; });
  if (found == entries_.end()) raise_internal_error({"no layer ", attribute});
  return *found->layer;
}

std::vector<std::pair<std::string, LayerPtr>> OwnedImageLayers::saved_children() const {
  std::vector<std::pair<std::string, LayerPtr>> children;
  for (const Entry& entry : entries_) children.emplace_back(entry.attribute, entry.layer);
  // Keras visits attributes in alphabetical order.
  std::sort(children.begin(), children.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  return children;
}

void OwnedImageLayers::build(const BuildShapes& shapes) const {
  for (const Entry& entry : entries_) entry.layer->build(shapes);
}

}  // namespace keras
