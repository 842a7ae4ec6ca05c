#include "layers/make_layer.h"

#include "serialization/registry.h"

namespace keras {

LayerPtr make_layer(std::string_view class_name, const json::Object& options) {
  return std::static_pointer_cast<Layer>(
      construct(*find_class_in_family(Family::kLayer, class_name), options));
}

}  // namespace keras
