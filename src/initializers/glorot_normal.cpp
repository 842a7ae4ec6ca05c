// GlorotNormal: truncated normal with variance 2 / (fan_in + fan_out)
// (keras/src/initializers/random_initializers.py).
#include "initializers/variance_scaling.h"

namespace keras::initializers {

class GlorotNormal final : public FixedVarianceScaling {
 public:
  GlorotNormal() : FixedVarianceScaling(1.0, "fan_avg", "truncated_normal") {}
};

KERAS_CLASS("keras.initializers", GlorotNormal, Family::kInitializer, "glorot_normal")

}  // namespace keras::initializers
