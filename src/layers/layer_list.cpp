#include "layers/layer_list.h"

#include <map>

#include "base/error.h"
#include "base/naming.h"

namespace keras {

std::vector<LayerPtr> FieldTraits<std::vector<LayerPtr>>::read(const json::Value& value) {
  std::vector<LayerPtr> layers;
  for (const json::Value& item : value.as_array()) {
    layers.push_back(at_path("[" + std::to_string(layers.size()) + "]",
                             [&] { return FieldTraits<LayerPtr>::read(item); }));
  }
  return layers;
}

json::Value FieldTraits<std::vector<LayerPtr>>::write(const std::vector<LayerPtr>& layers) {
  json::Array records;
  for (const LayerPtr& layer : layers) records.push_back(FieldTraits<LayerPtr>::write(layer));
  return records;
}

std::vector<std::pair<std::string, LayerPtr>> saved_list(std::string_view attribute,
                                                         const std::vector<LayerPtr>& layers) {
  std::vector<std::pair<std::string, LayerPtr>> children;
  std::map<std::string, int> seen;
  for (const LayerPtr& layer : layers) {
    std::string name = to_snake_case(layer->class_info().python_name());
    const int count = seen[name]++;
    if (count > 0) name += "_" + std::to_string(count);
    children.emplace_back(std::string(attribute) + "/" + name, layer);
  }
  return children;
}

}  // namespace keras
