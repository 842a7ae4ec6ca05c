// SpatialDropout1D: drops whole channels of sequences
// (keras/src/layers/regularization/spatial_dropout.py).
#include "layers/regularization/spatial_dropout.h"

namespace keras {
namespace {

class SpatialDropout1D final : public BaseSpatialDropout {
 public:
  SpatialDropout1D() : BaseSpatialDropout(1) {}
};

}  // namespace

KERAS_LAYER(SpatialDropout1D)

}  // namespace keras
