// Layers that leave what they do not define themselves to another one: classes of the host that
// extend built-in layers.
#pragma once

#include "layers/layer.h"

namespace keras {

class Delegate {
 public:
  virtual ~Delegate() = default;
  // The layer that does the work.
  virtual const LayerPtr& delegate() const = 0;
};

// The layer seen as a T: itself, or the layer that does its work; null when neither is one.
template <class T>
T* layer_as(Layer* layer) {
  if (auto* found = dynamic_cast<T*>(layer)) return found;
  const auto* outer = dynamic_cast<const Delegate*>(layer);
  return outer == nullptr ? nullptr : layer_as<T>(outer->delegate().get());
}

}  // namespace keras
