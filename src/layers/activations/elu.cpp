// ELU: alpha * (exp(x) - 1) below zero (keras/src/layers/activations/elu.py).
#include "layers/auto_config.h"
#include "layers/shaped_layer.h"
#include "ops/nn.h"

namespace keras {
namespace {

class ELU final : public ElementwiseLayer {
 public:
  ELU() { build_at_init(); }

  void configure(const json::Object& config) override {
    order_.note(config);
    Layer::configure(config);
  }

  void fields(FieldVisitor& f) override {
    Operation::fields(f);
    f("alpha", alpha_, "Slope of the negative part.");
    order_.fields(f, trainable_, dtype_policy_);
    f("activity_regularizer", activity_regularizer_, "Regularizer of the output.",
      Field::kOmitNull);
  }

  bool supports_masking() const override { return true; }

  Tensor call_one(const Tensor& inputs, const CallArgs&) override {
    return ops::elu(inputs, alpha_);
  }

 private:
  AutoConfigOrder order_;
  Number alpha_ = 1.0;
};

}  // namespace

KERAS_LAYER(ELU)

}  // namespace keras
