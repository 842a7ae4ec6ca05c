// AdaptiveMaxPooling3D: max pooling of volumes to a given size
// (keras/src/layers/pooling/adaptive_max_pooling3d.py).
#include "layers/pooling/base_adaptive_pooling.h"

namespace keras {
namespace {

class AdaptiveMaxPooling3D final : public BaseAdaptivePooling {
 public:
  AdaptiveMaxPooling3D() : BaseAdaptivePooling(3, Mode::kMax) {}
};

}  // namespace

KERAS_LAYER(AdaptiveMaxPooling3D)

}  // namespace keras
