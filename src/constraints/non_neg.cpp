// NonNeg: sets negative values to 0 (keras/src/constraints/constraints.py).
#include "constraints/constraint.h"
#include "tensor/cast.h"

namespace keras::constraints {

class NonNeg final : public Constraint {
 public:
  Tensor apply(const Tensor& weight) const override {
    const Tensor out = cast_data(weight, DType::kFloat32).copy();
    for (float& value : out.span<float>()) {
      if (value <= 0) value = 0;  // keeps NaN
    }
    return cast_data(out, weight.dtype());
  }
};

KERAS_CLASS("keras.constraints", NonNeg, Family::kConstraint, "non_neg")

}  // namespace keras::constraints
