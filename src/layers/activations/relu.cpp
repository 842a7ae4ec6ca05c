// ReLU: max(x, 0) with an upper bound, a slope below and a threshold
// (keras/src/layers/activations/relu.py).
#include "base/error.h"
#include "layers/argument_validation.h"
#include "layers/shaped_layer.h"
#include "ops/nn.h"

namespace keras {
namespace {

class ReLU final : public ElementwiseLayer {
 public:
  ReLU() { build_at_init(); }

  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("max_value", max_value_, "Upper bound of the output; none when null.");
    f("negative_slope", negative_slope_, "Slope below the threshold.");
    f("threshold", threshold_, "Threshold below which the slope applies.");
  }

  void validate() override {
    if (max_value_ && *max_value_ < 0) {
      raise_value_error(
          {"max_value of a ReLU layer cannot be a negative value. Received: max_value=",
           repr(max_value_->json())});
    }
    check("negative_slope", negative_slope_);
    check("threshold", threshold_);
  }

  bool supports_masking() const override { return true; }

  Tensor call_one(const Tensor& inputs, const CallArgs&) override {
    const std::optional<double> max_value =
        max_value_ ? std::optional<double>(*max_value_) : std::nullopt;
    return ops::relu_general(inputs, *negative_slope_, max_value, *threshold_);
  }

 private:
  static void check(const std::string& name, const std::optional<Number>& value) {
    if (value && *value >= 0) return;
    raise_value_error({name, " of a ReLU layer cannot be None or a negative value. Received: ",
                       name, "=", (value ? repr(value->json()) : "None")});
  }

  std::optional<Number> max_value_;
  std::optional<Number> negative_slope_ = 0.0;
  std::optional<Number> threshold_ = 0.0;
};

}  // namespace

KERAS_LAYER(ReLU)

}  // namespace keras
