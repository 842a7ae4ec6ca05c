// GlobalAveragePooling3D: the mean of each channel of volumes
// (keras/src/layers/pooling/global_average_pooling3d.py).
#include "layers/pooling/base_global_pooling.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class GlobalAveragePooling3D final : public BaseGlobalPooling {
 public:
  GlobalAveragePooling3D() : BaseGlobalPooling(3) {}

  Tensor call_one(const Tensor& inputs, const CallArgs&) override {
    return ops::mean(inputs, spatial_axes(), keepdims_);
  }
};

}  // namespace

KERAS_LAYER(GlobalAveragePooling3D, "GlobalAvgPool3D")

}  // namespace keras
