#include "layers/layer_registry.h"

namespace keras {

#define LAYER(folder, file, Class) extern const ClassInfo k##Class##Class;
#include "layers/layers.inc"
#undef LAYER

std::span<const ClassInfo* const> layer_classes() {
  static constexpr const ClassInfo* kClasses[] = {
#define LAYER(folder, file, Class) &k##Class##Class,
#include "layers/layers.inc"
#undef LAYER
  };
  return kClasses;
}

}  // namespace keras
