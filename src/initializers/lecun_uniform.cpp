// LecunUniform: uniform with variance 1 / fan_in (keras/src/initializers/random_initializers.py).
#include "initializers/variance_scaling.h"

namespace keras::initializers {

class LecunUniform final : public FixedVarianceScaling {
 public:
  LecunUniform() : FixedVarianceScaling(1.0, "fan_in", "uniform") {}
};

KERAS_CLASS("keras.initializers", LecunUniform, Family::kInitializer, "lecun_uniform")

}  // namespace keras::initializers
