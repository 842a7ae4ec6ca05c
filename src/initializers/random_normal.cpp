// RandomNormal: normal distribution (keras/src/initializers/random_initializers.py).
#include "initializers/random_initializer.h"

namespace keras::initializers {

class RandomNormal final : public RandomInitializer {
 public:
  void fields(FieldVisitor& f) override {
    RandomInitializer::fields(f);
    f("mean", mean_, "Mean of the values.");
    f("stddev", stddev_, "Standard deviation of the values.");
  }

  Tensor operator()(const Shape& shape, DType dtype) override {
    return normal(shape, dtype, mean_, stddev_);
  }

 private:
  Number mean_ = 0.0;
  Number stddev_ = 0.05;
};

KERAS_CLASS("keras.initializers", RandomNormal, Family::kInitializer, "random_normal normal")

}  // namespace keras::initializers
