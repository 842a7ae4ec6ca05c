// Masking: masks time steps whose features all equal a value (keras/src/layers/core/masking.py).
#include "base/error.h"
#include "layers/layer.h"
#include "ops/ops.h"
#include "serialization/deserialize.h"

namespace keras {
namespace {

class Masking final : public Layer {
 public:
  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("mask_value", mask_value_, "Time steps whose features all have this value are masked.");
  }

  void validate() override {
    value_ = deserialize_keras_object(mask_value_);
    build_at_init();
  }

  bool supports_masking() const override { return true; }

  Tensor call_one(const Tensor& inputs, const CallArgs&) override {
    const Tensor counts = ops::any(ops::not_equal(inputs, value_), -1, /*keepdims=*/true);
    const Tensor outputs = ops::where(counts, inputs, 0);
    outputs.set_mask(ops::squeeze(counts, -1));
    return outputs;
  }

  Tree compute_mask(const Tree& inputs, const Tree&) override {
    return ops::any(ops::not_equal(inputs.as_tensor(), value_), -1);
  }

 private:
  json::Value mask_value_ = 0.0;  // a number, or the record of a tensor
  Tree value_;
};

}  // namespace

KERAS_LAYER(Masking)

}  // namespace keras
