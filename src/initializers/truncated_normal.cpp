// TruncatedNormal: normal distribution cut at two standard deviations
// (keras/src/initializers/random_initializers.py).
#include "initializers/random_initializer.h"

namespace keras::initializers {

class TruncatedNormal final : public RandomInitializer {
 public:
  void fields(FieldVisitor& f) override {
    RandomInitializer::fields(f);
    f("mean", mean_, "Mean of the values.");
    f("stddev", stddev_, "Standard deviation of the values.");
  }

  Tensor operator()(const Shape& shape, DType dtype) override {
    return truncated_normal(shape, dtype, mean_, stddev_);
  }

 private:
  Number mean_ = 0.0;
  Number stddev_ = 0.05;
};

KERAS_CLASS("keras.initializers", TruncatedNormal, Family::kInitializer, "truncated_normal")

}  // namespace keras::initializers
