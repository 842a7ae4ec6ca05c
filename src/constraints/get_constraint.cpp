// keras.constraints.get: resolves a `constraint` argument.
#include "base/error.h"
#include "constraints/constraint.h"
#include "json/repr.h"
#include "serialization/function.h"
#include "serialization/identifier.h"
#include "serialization/serialize.h"

namespace keras {

namespace constraints {
#define CONSTRAINT(file, Name) extern const ClassInfo k##Name##Class;
#include "constraints/constraints.inc"
#undef CONSTRAINT
}  // namespace constraints

namespace {

// A custom function of a tensor.
class FunctionConstraint final : public Constraint {
 public:
  explicit FunctionConstraint(std::shared_ptr<Function> function)
      : function_(std::move(function)) {}

  Tensor apply(const Tensor& weight) const override {
    const Tree value = function_->call({weight}, {});
    if (value.is_tensor()) return value.as_tensor();
    raise_type_error({"The constraint function '", function_->name(),
                      "' must return a tensor. Received: ", repr(value)});
  }
  json::Value serialize() const override { return function_record(function_->name()); }
  std::string_view display_name() const override { return function_->name(); }

 private:
  std::shared_ptr<Function> function_;
};

ConstraintPtr to_constraint(const Tree& value) {
  if (value.is_function()) return std::make_shared<FunctionConstraint>(value.as_function());
  return as_object_of<Constraint>(value);
}

}  // namespace

ConstraintPtr get_constraint(const json::Value& identifier) {
  if (identifier.is_null()) return nullptr;
  // Custom names are not looked up: they need a record.
  if (auto found = to_constraint(resolve_identifier(Family::kConstraint, identifier))) return found;
  raise_unknown_identifier("constraint", identifier);
}

json::Value FieldTraits<ConstraintPtr>::write(const ConstraintPtr& constraint) {
  return constraint ? constraint->serialize() : json::Value();
}

std::span<const ClassInfo* const> constraint_classes() {
  static constexpr const ClassInfo* kClasses[] = {
#define CONSTRAINT(file, Name) &constraints::k##Name##Class,
#include "constraints/constraints.inc"
#undef CONSTRAINT
  };
  return kClasses;
}

}  // namespace keras
