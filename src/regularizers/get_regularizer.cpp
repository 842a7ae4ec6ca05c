// keras.regularizers.get: resolves a `regularizer` argument.
#include "regularizers/regularizer.h"
#include "serialization/function.h"
#include "serialization/identifier.h"
#include "serialization/serialize.h"

namespace keras {

namespace regularizers {
#define REGULARIZER(file, Name) extern const ClassInfo k##Name##Class;
#include "regularizers/regularizers.inc"
#undef REGULARIZER
}  // namespace regularizers

namespace {

// A custom function of a tensor.
class FunctionRegularizer final : public Regularizer {
 public:
  explicit FunctionRegularizer(std::shared_ptr<Function> function)
      : function_(std::move(function)) {}

  float value(const Tensor& x) const override {
    const Tree value = function_->call({x}, {});
    if (value.is_tensor()) return static_cast<float>(value.as_tensor().item());
    return static_cast<float>(value.as_number());
  }
  json::Value serialize() const override { return function_record(function_->name()); }
  std::string_view display_name() const override { return function_->name(); }

 private:
  std::shared_ptr<Function> function_;
};

RegularizerPtr to_regularizer(const Tree& value) {
  if (value.is_function()) return std::make_shared<FunctionRegularizer>(value.as_function());
  return as_object_of<Regularizer>(value);
}

}  // namespace

RegularizerPtr get_regularizer(const json::Value& identifier) {
  if (identifier.is_null()) return nullptr;
  // Custom names are not looked up: they need a record.
  if (auto found = to_regularizer(resolve_identifier(Family::kRegularizer, identifier)))
    return found;
  raise_unknown_identifier("regularizer", identifier);
}

json::Value FieldTraits<RegularizerPtr>::write(const RegularizerPtr& regularizer) {
  return regularizer ? regularizer->serialize() : json::Value();
}

std::span<const ClassInfo* const> regularizer_classes() {
  static constexpr const ClassInfo* kClasses[] = {
#define REGULARIZER(file, Name) &regularizers::k##Name##Class,
#include "regularizers/regularizers.inc"
#undef REGULARIZER
  };
  return kClasses;
}

}  // namespace keras
