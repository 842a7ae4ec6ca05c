// AdaptiveMaxPooling1D: max pooling of sequences to a given size
// (keras/src/layers/pooling/adaptive_max_pooling1d.py).
#include "layers/pooling/base_adaptive_pooling.h"

namespace keras {
namespace {

class AdaptiveMaxPooling1D final : public BaseAdaptivePooling {
 public:
  AdaptiveMaxPooling1D() : BaseAdaptivePooling(1, Mode::kMax) {}
};

}  // namespace

KERAS_LAYER(AdaptiveMaxPooling1D)

}  // namespace keras
