// MaxPooling3D: the largest value of each window of volumes
// (keras/src/layers/pooling/max_pooling3d.py).
#include "layers/pooling/base_pooling.h"

namespace keras {
namespace {

class MaxPooling3D final : public BasePooling {
 public:
  MaxPooling3D() : BasePooling(3, Mode::kMax, json_list({2, 2, 2})) {}
};

}  // namespace

KERAS_LAYER(MaxPooling3D, "MaxPool3D")

}  // namespace keras
