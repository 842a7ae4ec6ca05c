// The base of constraints: projections of a weight after each training step
// (keras/src/constraints/constraints.py).
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "serialization/object.h"
#include "tensor/tensor.h"

namespace keras {

class Constraint : public Object {
 public:
  // Returns the projected weight.
  virtual Tensor apply(const Tensor& weight) const { return weight; }
  // As keras.constraints.serialize.
  virtual json::Value serialize() const;
};

using ConstraintPtr = std::shared_ptr<Constraint>;

// As keras.constraints.get: null for null; otherwise `max_norm` or `MaxNorm`, a record or
// a live object.
ConstraintPtr get_constraint(const json::Value& identifier);

template <>
struct FieldTraits<ConstraintPtr> {
  static ConstraintPtr read(const json::Value& value) { return get_constraint(value); }
  static json::Value write(const ConstraintPtr& constraint);
  static constexpr bool kAssignable = true;
  static constexpr FieldRole kRole = FieldRole::kConstraint;
  static constexpr std::string_view kTypeScript = "ConstraintIdentifier | null";
};

std::span<const ClassInfo* const> constraint_classes();

}  // namespace keras
