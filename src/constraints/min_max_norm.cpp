// MinMaxNorm: keeps the norms along an axis between two values
// (keras/src/constraints/constraints.py).
#include <algorithm>

#include "constraints/constraint.h"
#include "constraints/norm.h"

namespace keras::constraints {

class MinMaxNorm final : public Constraint {
 public:
  void fields(FieldVisitor& f) override {
    f("min_value", min_value_, "Smallest norm.");
    f("max_value", max_value_, "Largest norm.");
    f("rate", rate_, "Strength of the projection: 1 projects fully.");
    f("axis", axis_, "Axis or axes along which to compute norms.");
  }
  Tensor apply(const Tensor& weight) const override {
    const float least = min_value_.to_float();
    const float most = max_value_.to_float();
    const float rate = rate_.to_float();
    const auto rest = static_cast<float>(1 - rate_);
    return project_by_norm(weight, axis_, [=](float value, float norm) {
      const float bounded = std::min(std::max(norm, least), most);
      return value * ((rate * bounded + rest * norm) / (kEpsilon + norm));
    });
  }

 private:
  Number min_value_ = 0.0;
  Number max_value_ = 1.0;
  Number rate_ = 1.0;
  NormAxis axis_;
};

KERAS_CLASS("keras.constraints", MinMaxNorm, Family::kConstraint, "min_max_norm")

}  // namespace keras::constraints
