// keras.initializers.get: resolves an `initializer` argument.
#include "base/error.h"
#include "initializers/initializer.h"
#include "json/repr.h"
#include "serialization/deserialize.h"
#include "serialization/function.h"
#include "serialization/identifier.h"
#include "serialization/registry.h"
#include "serialization/serialize.h"
#include "tensor/cast.h"

namespace keras {

namespace initializers {
#define INITIALIZER(file, Name) extern const ClassInfo k##Name##Class;
#include "initializers/initializers.inc"
#undef INITIALIZER
}  // namespace initializers

namespace {

// A custom function of (shape, dtype).
class FunctionInitializer final : public Initializer {
 public:
  explicit FunctionInitializer(std::shared_ptr<Function> function)
      : function_(std::move(function)) {}

  Tensor operator()(const Shape& shape, DType dtype) override {
    Tree::Sequence dims;
    for (int64_t dim : shape) dims.emplace_back(dim);
    Tree::Dict kwargs;
    kwargs.set("dtype", std::string(dtype_name(dtype)));
    const Tree value = function_->call({Tree::tuple(std::move(dims))}, kwargs);
    if (value.is_tensor()) return value.as_tensor();
    if (value.is_ndarray()) return value.as_ndarray().data;
    throw type_error("The initializer function '" + function_->name() +
                     "' must return a tensor. Received: " + repr(value));
  }
  std::shared_ptr<Initializer> clone() const override {
    return std::make_shared<FunctionInitializer>(function_);
  }
  json::Value serialize() const override { return function_record(function_->name()); }
  std::string_view display_name() const override { return function_->name(); }

 private:
  std::shared_ptr<Function> function_;
};

class TensorInitializer final : public Initializer {
 public:
  explicit TensorInitializer(Tensor values) : values_(std::move(values)) {}

  Tensor operator()(const Shape& shape, DType dtype) override {
    if (shape != values_.shape()) {
      throw value_error("Expected `shape` to be " + repr(values_.shape()) +
                        " for direct tensor as initializer. Received shape=" + repr(shape));
    }
    // A copy, so that later writes to the weight do not change the given values.
    return dtype == values_.dtype() ? values_.copy() : cast_data(values_, dtype);
  }
  std::shared_ptr<Initializer> clone() const override {
    return std::make_shared<TensorInitializer>(values_);
  }
  // As Keras, which writes the name of an inner function that cannot be deserialized.
  json::Value serialize() const override { return function_record("initialize_fn"); }

 private:
  Tensor values_;
};

InitializerPtr to_initializer(const Tree& value) {
  if (value.is_function()) return std::make_shared<FunctionInitializer>(value.as_function());
  if (value.is_tensor()) return tensor_initializer(value.as_tensor());
  if (value.is_ndarray()) return tensor_initializer(value.as_ndarray().data);
  return as_object_of<Initializer>(value);
}

Tree deserialize(const json::Value& identifier) {
  const json::Value* class_name = identifier.find("class_name");
  if (class_name != nullptr && class_name->is_string() &&
      (class_name->as_string() == "__tensor__" || class_name->as_string() == "__numpy__")) {
    return deserialize_keras_object(identifier);  // how JavaScript passes arrays
  }
  return deserialize_in_family(Family::kInitializer, identifier);
}

}  // namespace

InitializerPtr get_initializer(const json::Value& identifier) {
  if (identifier.is_null()) return nullptr;
  InitializerPtr found;
  if (identifier.may_be_keras_object()) {
    found = to_initializer(deserialize(identifier));
  } else if (identifier.is_string()) {
    if (!find_custom_object(identifier.as_string())) {
      // Fast path: every layer creates its default initializers by name.
      const ClassInfo* info = find_class_in_family(Family::kInitializer, identifier.as_string());
      if (info != nullptr) {
        return std::static_pointer_cast<Initializer>(construct(*info, json::Object()));
      }
    }
    found = to_initializer(
        deserialize(json::Object{{"class_name", identifier}, {"config", json::Object{}}}));
  }
  if (found) return found;
  raise_unknown_identifier("initializer", identifier);
}

InitializerPtr tensor_initializer(const Tensor& values) {
  return std::make_shared<TensorInitializer>(values);
}

json::Value FieldTraits<InitializerPtr>::write(const InitializerPtr& initializer) {
  return initializer ? initializer->serialize() : json::Value();
}

std::span<const ClassInfo* const> initializer_classes() {
  static constexpr const ClassInfo* kClasses[] = {
#define INITIALIZER(file, Name) &initializers::k##Name##Class,
#include "initializers/initializers.inc"
#undef INITIALIZER
  };
  return kClasses;
}

}  // namespace keras
