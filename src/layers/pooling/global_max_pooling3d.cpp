// GlobalMaxPooling3D: the largest value of each channel of volumes
// (keras/src/layers/pooling/global_max_pooling3d.py).
#include "layers/pooling/base_global_pooling.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class GlobalMaxPooling3D final : public BaseGlobalPooling {
 public:
  GlobalMaxPooling3D() : BaseGlobalPooling(3) {}

  Tensor call_one(const Tensor& inputs, const CallArgs&) override {
    return ops::max(inputs, spatial_axes(), keepdims_);
  }
};

}  // namespace

KERAS_LAYER(GlobalMaxPooling3D, "GlobalMaxPool3D")

}  // namespace keras
