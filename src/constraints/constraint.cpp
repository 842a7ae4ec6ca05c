#include "constraints/constraint.h"

#include "serialization/serialize.h"

namespace keras {

json::Value Constraint::serialize() const { return serialize_keras_object(*this); }

namespace constraints {
KERAS_CLASS("keras.constraints", Constraint, Family::kConstraint, "constraint")
}  // namespace constraints

}  // namespace keras
