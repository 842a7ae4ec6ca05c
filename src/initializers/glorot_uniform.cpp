// GlorotUniform: uniform with variance 2 / (fan_in + fan_out)
// (keras/src/initializers/random_initializers.py).
#include "initializers/variance_scaling.h"

namespace keras::initializers {

class GlorotUniform final : public FixedVarianceScaling {
 public:
  GlorotUniform() : FixedVarianceScaling(1.0, "fan_avg", "uniform") {}
};

KERAS_CLASS("keras.initializers", GlorotUniform, Family::kInitializer, "glorot_uniform")

}  // namespace keras::initializers
