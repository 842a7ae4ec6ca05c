// Layers in a list: the field of layers that own several, and their paths in saved files.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "layers/layer.h"

namespace keras {

template <>
struct FieldTraits<std::vector<LayerPtr>> {
  static std::vector<LayerPtr> read(const json::Value& value);
  static json::Value write(const std::vector<LayerPtr>& layers);
  static constexpr FieldRole kRole = FieldRole::kLayers;
  static constexpr std::string_view kTypeScript = "readonly Layer[]";
};

// For saved_children: files treat a list as a container, whose items are numbered and named after
// their classes.
std::vector<std::pair<std::string, LayerPtr>> saved_list(std::string_view attribute,
                                                         const std::vector<LayerPtr>& layers);

}  // namespace keras
