// AdaptiveAveragePooling2D: average pooling of images to a given size
// (keras/src/layers/pooling/adaptive_average_pooling2d.py).
#include "layers/pooling/base_adaptive_pooling.h"

namespace keras {
namespace {

class AdaptiveAveragePooling2D final : public BaseAdaptivePooling {
 public:
  AdaptiveAveragePooling2D() : BaseAdaptivePooling(2, Mode::kAverage) {}
};

}  // namespace

KERAS_LAYER(AdaptiveAveragePooling2D)

}  // namespace keras
