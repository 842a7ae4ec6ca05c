// LeakyReLU: a small slope below zero (keras/src/layers/activations/leaky_relu.py).
#include "base/error.h"
#include "layers/argument_validation.h"
#include "layers/shaped_layer.h"
#include "ops/nn.h"

namespace keras {
namespace {

class LeakyReLU final : public ElementwiseLayer {
 public:
  LeakyReLU() { build_at_init(); }

  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("negative_slope", negative_slope_, "Slope below zero.");
    f("alpha", alpha_, "Older name of negative_slope.", Field::kReadOnly);
  }

  void validate() override {
    if (alpha_) negative_slope_ = alpha_;
    if (!negative_slope_ || *negative_slope_ < 0) {
      raise_value_error(
          {"The negative_slope value of a Leaky ReLU layer cannot be None or negative value. "
           "Expected "
           "a float. Received: negative_slope=",
           (negative_slope_ ? repr(negative_slope_->json()) : "None")});
    }
  }

  bool supports_masking() const override { return true; }

  Tensor call_one(const Tensor& inputs, const CallArgs&) override {
    return ops::leaky_relu(inputs, *negative_slope_);
  }

 private:
  std::optional<Number> negative_slope_ = 0.3;
  std::optional<Number> alpha_;
};

}  // namespace

KERAS_LAYER(LeakyReLU)

}  // namespace keras
