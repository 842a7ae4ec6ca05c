// AdaptiveMaxPooling2D: max pooling of images to a given size
// (keras/src/layers/pooling/adaptive_max_pooling2d.py).
#include "layers/pooling/base_adaptive_pooling.h"

namespace keras {
namespace {

class AdaptiveMaxPooling2D final : public BaseAdaptivePooling {
 public:
  AdaptiveMaxPooling2D() : BaseAdaptivePooling(2, Mode::kMax) {}
};

}  // namespace

KERAS_LAYER(AdaptiveMaxPooling2D)

}  // namespace keras
