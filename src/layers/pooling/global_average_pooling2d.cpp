// GlobalAveragePooling2D: the mean of each channel of images
// (keras/src/layers/pooling/global_average_pooling2d.py).
#include "layers/pooling/base_global_pooling.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class GlobalAveragePooling2D final : public BaseGlobalPooling {
 public:
  GlobalAveragePooling2D() : BaseGlobalPooling(2) {}

  Tensor call_one(const Tensor& inputs, const CallArgs&) override {
    return ops::mean(inputs, spatial_axes(), keepdims_);
  }
};

}  // namespace

KERAS_LAYER(GlobalAveragePooling2D, "GlobalAvgPool2D")

}  // namespace keras
