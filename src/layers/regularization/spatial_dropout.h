// The base of dropout of whole feature maps (keras/src/layers/regularization/spatial_dropout.py).
#pragma once

#include "layers/regularization/noise_layer.h"

namespace keras {

class BaseSpatialDropout : public NoiseLayer {
 public:
  // Keras writes the variable dtype instead of the policy, and omits `trainable`.
  void fields(FieldVisitor& f) override;
  void validate() override { prepare("rate", rate_); }
  std::string unknown_argument_message(const json::Object& unknown) const override;
  bool unknown_argument_is_value_error() const override { return false; }

 protected:
  explicit BaseSpatialDropout(int rank);
  Tensor disturb(const Tensor& inputs, const random::Key& key) override;
  bool is_legacy_argument(std::string_view) const override { return false; }

  DataFormat data_format_;

 private:
  Number rate_;
};

}  // namespace keras
