// Softmax over one or several axes, with an optional mask
// (keras/src/layers/activations/softmax.py).
#include <algorithm>

#include "base/error.h"
#include "layers/argument_validation.h"
#include "layers/shaped_layer.h"
#include "ops/nn.h"
#include "ops/numpy.h"

namespace keras {
namespace {

void check_mask(const Shape& inputs, const Shape& mask) {
  const std::string received =
      " Received: inputs.shape=" + repr(inputs) + ", mask.shape=" + repr(mask);
  if (mask.rank() > inputs.rank()) {
    raise_value_error(
        {"The `mask` must be broadcastable to `inputs` and must not have more dimensions.",
         received});
  }
  for (int i = 1; i <= mask.rank(); ++i) {
    const int64_t m = mask[mask.rank() - i];
    const int64_t n = inputs[inputs.rank() - i];
    if (m != kNone && n != kNone && m != 1 && m != n) {
      raise_value_error(
          {"The `mask` must be broadcastable to `inputs`. Each mask dimension must be 1 or match "
           "the "
           "corresponding input dimension.",
           received});
    }
  }
}

class Softmax final : public ElementwiseLayer {
 public:
  Softmax() { build_at_init(); }

  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("axis", axis_, "Axis or axes along which the outputs sum to 1.");
  }

  bool supports_masking() const override { return true; }

  const CallSignature& call_signature() const override {
    static const CallSignature signature("inputs, mask=None");
    return signature;
  }

  Tensor call_one(const Tensor& inputs, const CallArgs& args) override {
    const ops::Axes axes(axis_.value);
    Tensor mask = args.tensor("mask");
    if (!mask) return ops::softmax(inputs, axes);
    check_mask(inputs.shape(), mask.shape());
    if (mask.dtype() != DType::kBool) mask = ops::greater(mask, 0.5);
    return ops::masked_softmax(inputs, mask, axes);
  }

 private:
  GivenAxes axis_{-1};
};

}  // namespace

KERAS_LAYER(Softmax)

}  // namespace keras
