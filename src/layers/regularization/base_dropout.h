// The base of Dropout and AlphaDropout: `rate`, `seed` and `noise_shape`.
#pragma once

#include <optional>

#include "layers/regularization/noise_layer.h"

namespace keras {

class BaseDropout : public NoiseLayer {
 public:
  void fields(FieldVisitor& f) override;
  void validate() override;

 protected:
  Number rate_;
  // The parsed `noise_shape`; nothing when null.
  std::optional<Shape> shape_;

 private:
  Given<"readonly (number | null)[] | null"> noise_shape_;
};

}  // namespace keras
