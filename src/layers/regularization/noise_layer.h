// The base of layers that apply noise in training and are the identity in inference.
#pragma once

#include "layers/argument_validation.h"
#include "layers/shaped_layer.h"

namespace keras {

class NoiseLayer : public ElementwiseLayer {
 public:
  NoiseLayer() { build_at_init(); }

  bool supports_masking() const override { return true; }
  const CallSignature& call_signature() const override;
  Tensor call_one(const Tensor& inputs, const CallArgs& args) final;

 protected:
  // The training output; `key` is one draw of the layer's generator.
  virtual Tensor disturb(const Tensor& inputs, const random::Key& key) = 0;
  // Validates `rate` or `stddev`, and makes the generator unless the amount is zero.
  void prepare(const std::string& argument, const Number& amount);

  Seed seed_;

 private:
  SeedGeneratorPtr generator_;
};

}  // namespace keras
