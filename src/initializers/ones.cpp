// Ones (keras/src/initializers/constant_initializers.py).
#include "initializers/initializer.h"

namespace keras::initializers {

class Ones final : public Initializer {
 public:
  Tensor operator()(const Shape& shape, DType dtype) override {
    return Tensor::full(shape, dtype, 1);
  }
};

KERAS_CLASS("keras.initializers", Ones, Family::kInitializer, "ones one")

}  // namespace keras::initializers
