// GlobalMaxPooling2D: the largest value of each channel of images
// (keras/src/layers/pooling/global_max_pooling2d.py).
#include "layers/pooling/base_global_pooling.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class GlobalMaxPooling2D final : public BaseGlobalPooling {
 public:
  GlobalMaxPooling2D() : BaseGlobalPooling(2) {}

  Tensor call_one(const Tensor& inputs, const CallArgs&) override {
    return ops::max(inputs, spatial_axes(), keepdims_);
  }
};

}  // namespace

KERAS_LAYER(GlobalMaxPooling2D, "GlobalMaxPool2D")

}  // namespace keras
