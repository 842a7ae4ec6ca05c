// GlobalAveragePooling1D: the mean of each channel over unmasked time steps
// (keras/src/layers/pooling/global_average_pooling1d.py).
#include "layers/pooling/base_global_pooling.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class GlobalAveragePooling1D final : public BaseGlobalPooling {
 public:
  GlobalAveragePooling1D() : BaseGlobalPooling(1) {}

  bool supports_masking() const override { return true; }
  Tree compute_mask(const Tree&, const Tree&) override { return {}; }

  const CallSignature& call_signature() const override {
    static const CallSignature signature("inputs, mask=None");
    return signature;
  }

  Tensor call_one(const Tensor& inputs, const CallArgs& args) override {
    const Tensor mask = args.tensor("mask");
    if (!mask) return ops::mean(inputs, spatial_axes(), keepdims_);
    const int channel_axis = data_format_.channels_first ? 1 : 2;
    const Tensor counts = ops::cast(ops::expand_dims(mask, channel_axis), DType::kBool);
    const Tensor kept = ops::where(counts, inputs, 0);
    return ops::divide(ops::sum(kept, spatial_axes(), keepdims_),
                       ops::sum(ops::cast(counts, inputs.dtype()), spatial_axes(), keepdims_));
  }
};

}  // namespace

KERAS_LAYER(GlobalAveragePooling1D, "GlobalAvgPool1D")

}  // namespace keras
