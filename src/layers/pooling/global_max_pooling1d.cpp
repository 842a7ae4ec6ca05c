// GlobalMaxPooling1D: the largest value of each channel of sequences
// (keras/src/layers/pooling/global_max_pooling1d.py).
#include "layers/pooling/base_global_pooling.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class GlobalMaxPooling1D final : public BaseGlobalPooling {
 public:
  GlobalMaxPooling1D() : BaseGlobalPooling(1) {}

  Tensor call_one(const Tensor& inputs, const CallArgs&) override {
    return ops::max(inputs, spatial_axes(), keepdims_);
  }
};

}  // namespace

KERAS_LAYER(GlobalMaxPooling1D, "GlobalMaxPool1D")

}  // namespace keras
