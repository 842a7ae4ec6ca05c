// AveragePooling3D: the mean of each window of volumes
// (keras/src/layers/pooling/average_pooling3d.py).
#include "layers/pooling/base_pooling.h"

namespace keras {
namespace {

class AveragePooling3D final : public BasePooling {
 public:
  AveragePooling3D() : BasePooling(3, Mode::kAverage) {}
};

}  // namespace

KERAS_LAYER(AveragePooling3D, "AvgPool3D")

}  // namespace keras
