// RandomUniform: uniform in [minval, maxval) (keras/src/initializers/random_initializers.py).
#include "initializers/random_initializer.h"

namespace keras::initializers {

class RandomUniform final : public RandomInitializer {
 public:
  void fields(FieldVisitor& f) override {
    RandomInitializer::fields(f);
    f("minval", minimum_, "Lower end of the values.");
    f("maxval", maximum_, "Upper end of the values.");
  }

  Tensor operator()(const Shape& shape, DType dtype) override {
    return uniform(shape, dtype, minimum_, maximum_);
  }

 private:
  Number minimum_ = -0.05;
  Number maximum_ = 0.05;
};

KERAS_CLASS("keras.initializers", RandomUniform, Family::kInitializer, "random_uniform uniform")

}  // namespace keras::initializers
