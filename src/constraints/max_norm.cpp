// MaxNorm: limits the norms along an axis to max_value (keras/src/constraints/constraints.py).
#include <algorithm>

#include "constraints/constraint.h"
#include "constraints/norm.h"

namespace keras::constraints {

class MaxNorm final : public Constraint {
 public:
  void fields(FieldVisitor& f) override {
    f("max_value", max_value_, "Largest norm.");
    f("axis", axis_, "Axis or axes along which to compute norms.");
  }
  Tensor apply(const Tensor& weight) const override {
    const float most = max_value_.to_float();
    return project_by_norm(weight, axis_, [most](float value, float norm) {
      return value * (std::clamp(norm, 0.0f, std::max(most, 0.0f)) / (kEpsilon + norm));
    });
  }

 private:
  Number max_value_ = 2;
  NormAxis axis_;
};

KERAS_CLASS("keras.constraints", MaxNorm, Family::kConstraint, "max_norm")

}  // namespace keras::constraints
