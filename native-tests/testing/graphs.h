// Small graphs of built-in layers, for tests of what is made of models.
#pragma once

#include <memory>
#include <string>

#include "layers/core/input_layer.h"
#include "models/functional.h"
#include "models/sequential.h"
#include "serialization/registry.h"

namespace keras::testing {

inline LayerPtr layer(const std::string& class_name, const json::Object& options) {
  return std::dynamic_pointer_cast<Layer>(
      construct(*find_class_in_family(Family::kLayer, class_name), options));
}

inline LayerPtr dense(const std::string& name, int units) {
  return layer("Dense", {{"units", units}, {"name", name}});
}

inline Tensor input(const std::string& name, int size = 4) {
  return make_input({.batch_shape = Shape{kNone, size}, .name = name});
}

// The single output of a call.
inline Tensor call(const LayerPtr& layer, const Nest& inputs) {
  return layer->apply({inputs}).as_tensor();
}

// x -> a Dense layer for each name, of those units.
inline std::shared_ptr<Functional> chain(const std::string& name,
                                         const std::vector<std::pair<std::string, int>>& layers) {
  const Tensor x = input("x");
  Tensor y = x;
  for (const auto& [layer_name, units] : layers) y = call(dense(layer_name, units), y);
  return make_functional(x, y, name);
}

}  // namespace keras::testing
