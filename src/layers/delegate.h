// Layers that delegate what they do not define: JavaScript classes that extend built-in layers.
#pragma once

#include "layers/layer.h"

namespace keras {

class Delegate {
 public:
  virtual ~Delegate() = default;
  // The built-in layer.
  virtual const LayerPtr& delegate() const = 0;
};

// The layer, or the layer it delegates to, as a T; null when neither is one.
template <class T>
T* layer_as(Layer* layer) {
  if (auto* found = dynamic_cast<T*>(layer)) return found;
  const auto* outer = dynamic_cast<const Delegate*>(layer);
  return outer == nullptr ? nullptr : layer_as<T>(outer->delegate().get());
}

}  // namespace keras
