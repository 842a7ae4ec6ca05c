// Zeros (keras/src/initializers/constant_initializers.py).
#include "initializers/initializer.h"

namespace keras::initializers {

class Zeros final : public Initializer {
 public:
  Tensor operator()(const Shape& shape, DType dtype) override {
    return Tensor::zeros(shape, dtype);
  }
};

KERAS_CLASS("keras.initializers", Zeros, Family::kInitializer, "zeros zero")

}  // namespace keras::initializers
