#include "layers/regularization/noise_layer.h"

#include "base/error.h"
#include "json/repr.h"

namespace keras {

const CallSignature& NoiseLayer::call_signature() const {
  static const CallSignature signature("inputs, training=False");
  return signature;
}

Tensor NoiseLayer::call_one(const Tensor& inputs, const CallArgs& args) {
  return args.training() && generator_ ? disturb(inputs, generator_->next()) : inputs;
}

void NoiseLayer::prepare(const std::string& argument, const Number& amount) {
  if (!(amount >= 0 && amount <= 1)) {
    raise_value_error({"Invalid value received for argument `", argument,
                       "`. Expected a float value between 0 and 1. Received: ", argument, "=",
                       repr(amount.json())});
  }
  if (amount > 0) {
    generator_ = SeedGenerator::make(seed_);
    track(generator_);
  }
}

}  // namespace keras
