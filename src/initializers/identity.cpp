// Identity: `gain` on the diagonal of a matrix (keras/src/initializers/constant_initializers.py).
#include <algorithm>

#include "base/error.h"
#include "initializers/initializer.h"
#include "tensor/cast.h"

namespace keras::initializers {

class Identity final : public Initializer {
 public:
  void fields(FieldVisitor& f) override {
    // Keras does not write `gain` to the config.
    f("gain", gain_, "Value on the diagonal.", Field::kReadOnly);
  }

  Tensor operator()(const Shape& shape, DType dtype) override {
    if (shape.rank() != 2) {
      throw value_error(
          "Identity matrix initializer can only be used for 2D matrices. Received: shape=" +
          repr(shape) + " of rank " + std::to_string(shape.rank()) + ".");
    }
    Tensor out = Tensor::zeros(shape, DType::kFloat32);
    const int64_t columns = shape[1];
    for (int64_t i = 0; i < std::min(shape[0], columns); ++i) {
      out.data<float>()[i * columns + i] = gain_.to_float();
    }
    return cast_data(out, dtype);
  }

 private:
  Number gain_ = 1.0;
};

KERAS_CLASS("keras.initializers", Identity, Family::kInitializer, "identity IdentityInitializer")

}  // namespace keras::initializers
