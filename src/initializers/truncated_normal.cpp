// TruncatedNormal: normal distribution truncated at two standard deviations
// (keras/src/initializers/random_initializers.py).
#include "initializers/random_initializer.h"

namespace keras::initializers {

class TruncatedNormal final : public NormalInitializer {
 public:
  Tensor operator()(const Shape& shape, DType dtype) override {
    return truncated_normal(shape, dtype, mean_, stddev_);
  }
};

KERAS_CLASS("keras.initializers", TruncatedNormal, Family::kInitializer, "truncated_normal")

}  // namespace keras::initializers
