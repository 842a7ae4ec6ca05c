// SpatialDropout3D: drops whole channels of volumes
// (keras/src/layers/regularization/spatial_dropout.py).
#include "layers/regularization/spatial_dropout.h"

namespace keras {
namespace {

class SpatialDropout3D final : public BaseSpatialDropout {
 public:
  SpatialDropout3D() : BaseSpatialDropout(3) {}

  void fields(FieldVisitor& f) override {
    BaseSpatialDropout::fields(f);
    f("data_format", data_format_, "Position of the channels axis.");
  }
};

}  // namespace

KERAS_LAYER(SpatialDropout3D)

}  // namespace keras
