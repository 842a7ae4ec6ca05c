// AdaptiveAveragePooling3D: average pooling of volumes to a given size
// (keras/src/layers/pooling/adaptive_average_pooling3d.py).
#include "layers/pooling/base_adaptive_pooling.h"

namespace keras {
namespace {

class AdaptiveAveragePooling3D final : public BaseAdaptivePooling {
 public:
  AdaptiveAveragePooling3D() : BaseAdaptivePooling(3, Mode::kAverage) {}
};

}  // namespace

KERAS_LAYER(AdaptiveAveragePooling3D)

}  // namespace keras
