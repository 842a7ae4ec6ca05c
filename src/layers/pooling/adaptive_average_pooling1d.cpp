// AdaptiveAveragePooling1D: average pooling of sequences to a given size
// (keras/src/layers/pooling/adaptive_average_pooling1d.py).
#include "layers/pooling/base_adaptive_pooling.h"

namespace keras {
namespace {

class AdaptiveAveragePooling1D final : public BaseAdaptivePooling {
 public:
  AdaptiveAveragePooling1D() : BaseAdaptivePooling(1, Mode::kAverage) {}
};

}  // namespace

KERAS_LAYER(AdaptiveAveragePooling1D)

}  // namespace keras
