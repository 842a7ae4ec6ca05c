#include "layers/layer_registry.h"

namespace keras {

#define LAYER(folder, file, Name) extern const ClassInfo k##Name##Class;
#include "layers/layers.inc"
#undef LAYER

std::span<const ClassInfo* const> layer_classes() {
  static constexpr const ClassInfo* kClasses[] = {
#define LAYER(folder, file, Name) &k##Name##Class,
#include "layers/layers.inc"
#undef LAYER
  };
  return kClasses;
}

}  // namespace keras
