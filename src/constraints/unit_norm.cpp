// UnitNorm: scales to norm 1 along an axis (keras/src/constraints/constraints.py).
#include "constraints/constraint.h"
#include "constraints/norm.h"

namespace keras::constraints {

class UnitNorm final : public Constraint {
 public:
  void fields(FieldVisitor& f) override {
    f("axis", axis_, "Axis or axes along which to compute norms.");
  }
  Tensor apply(const Tensor& weight) const override {
    return project_by_norm(weight, axis_,
                           [](float value, float norm) { return value / (kEpsilon + norm); });
  }

 private:
  NormAxis axis_;
};

KERAS_CLASS("keras.constraints", UnitNorm, Family::kConstraint, "unit_norm")

}  // namespace keras::constraints
