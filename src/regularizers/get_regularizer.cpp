// keras.regularizers.get: what a `regularizer` argument means.
#include "base/error.h"
#include "json/repr.h"
#include "regularizers/regularizer.h"
#include "serialization/deserialize.h"
#include "serialization/function.h"
#include "serialization/registry.h"
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
  if (value.is_object()) return std::dynamic_pointer_cast<Regularizer>(value.as_object());
  return nullptr;
}

}  // namespace

RegularizerPtr get_regularizer(const json::Value& identifier) {
  if (identifier.is_null()) return nullptr;
  RegularizerPtr found;
  if (identifier.may_be_keras_object()) {
    found = to_regularizer(deserialize_in_family(Family::kRegularizer, identifier));
  } else if (identifier.is_string()) {
    // Only Keras's own names: custom ones need a record.
    const ClassInfo* info = find_class_in_family(Family::kRegularizer, identifier.as_string());
    if (info != nullptr) found = std::dynamic_pointer_cast<Regularizer>(construct(*info, {}));
  }
  if (found) return found;
  throw uninterpretable("regularizer", identifier);
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
