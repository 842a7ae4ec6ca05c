// LecunNormal: truncated normal with variance 1 / fan_in
// (keras/src/initializers/random_initializers.py).
#include "initializers/variance_scaling.h"

namespace keras::initializers {

class LecunNormal final : public FixedVarianceScaling {
 public:
  LecunNormal() : FixedVarianceScaling(1.0, "fan_in", "truncated_normal") {}
};

KERAS_CLASS("keras.initializers", LecunNormal, Family::kInitializer, "lecun_normal")

}  // namespace keras::initializers
