// ELU: alpha * (exp(x) - 1) below zero (keras/src/layers/activations/elu.py).
#include "layers/shaped_layer.h"
#include "ops/nn.h"

namespace keras {
namespace {

class ELU final : public ElementwiseLayer {
 public:
  ELU() { build_at_init(); }

  // Keras writes this config from the arguments of the constructor, which gives another order.
  void fields(FieldVisitor& f) override {
    Operation::fields(f);
    f("alpha", alpha_, "Slope of the negative part.");
    f("trainable", trainable_, "Whether the weights may be trained.");
    f("dtype", dtype_policy_, "Dtype of the computation and the weights, or a dtype policy.");
    f("activity_regularizer", activity_regularizer_, "Regularizer of the output.", Field::kOmitNull);
  }

  bool supports_masking() const override { return true; }

  Tensor call(const Tensor& inputs, const CallArgs&) override { return ops::elu(inputs, alpha_); }

 private:
  Number alpha_ = 1.0;
};

}  // namespace

KERAS_LAYER(ELU)

}  // namespace keras
