// SpatialDropout2D: drops whole channels of images
// (keras/src/layers/regularization/spatial_dropout.py).
#include "layers/regularization/spatial_dropout.h"

namespace keras {
namespace {

class SpatialDropout2D final : public BaseSpatialDropout {
 public:
  SpatialDropout2D() : BaseSpatialDropout(2) {}

  void fields(FieldVisitor& f) override {
    BaseSpatialDropout::fields(f);
    f("data_format", data_format_, "Position of the channels axis.");
  }
};

}  // namespace

KERAS_LAYER(SpatialDropout2D)

}  // namespace keras
