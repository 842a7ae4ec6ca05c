// HeNormal: truncated normal with variance 2 / fan_in
// (keras/src/initializers/random_initializers.py).
#include "initializers/variance_scaling.h"

namespace keras::initializers {

class HeNormal final : public FixedVarianceScaling {
 public:
  HeNormal() : FixedVarianceScaling(2.0, "fan_in", "truncated_normal") {}
};

KERAS_CLASS("keras.initializers", HeNormal, Family::kInitializer, "he_normal")

}  // namespace keras::initializers
