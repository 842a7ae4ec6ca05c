// HeUniform: uniform with variance 2 / fan_in (keras/src/initializers/random_initializers.py).
#include "initializers/variance_scaling.h"

namespace keras::initializers {

class HeUniform final : public FixedVarianceScaling {
 public:
  HeUniform() : FixedVarianceScaling(2.0, "fan_in", "uniform") {}
};

KERAS_CLASS("keras.initializers", HeUniform, Family::kInitializer, "he_uniform")

}  // namespace keras::initializers
