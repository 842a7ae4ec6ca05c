// RandomNormal: normal distribution (keras/src/initializers/random_initializers.py).
#include "initializers/random_initializer.h"

namespace keras::initializers {

class RandomNormal final : public NormalInitializer {
 public:
  Tensor operator()(const Shape& shape, DType dtype) override {
    return normal(shape, dtype, mean_, stddev_);
  }
};

KERAS_CLASS("keras.initializers", RandomNormal, Family::kInitializer, "random_normal normal")

}  // namespace keras::initializers
