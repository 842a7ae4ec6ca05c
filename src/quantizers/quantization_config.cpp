#include "quantizers/quantization_config.h"

#include "base/error.h"
#include "json/repr.h"
#include "serialization/deserialize.h"
#include "serialization/identifier.h"
#include "serialization/serialize.h"

namespace keras {

std::string QuantizationConfig::mode() const {
  raise_not_implemented_error(
      {"Subclasses must implement this property. Do not instantiate QuantizationConfig directly."});
}

void QuantizationConfig::fields(FieldVisitor& f) {
  f("weight_quantizer", weight_quantizer_, "Quantizer of the weights.");
  f("activation_quantizer", activation_quantizer_, "Quantizer of the inputs.");
}

void QuantizationConfig::configure(const json::Object& config) {
  const json::Value* quantizer = config.find("activation_quantizer");
  if (quantizer == nullptr || !(*quantizer == json::Value("default"))) {
    return Object::configure(config);
  }
  json::Object rest = config;
  rest.erase("activation_quantizer");
  Object::configure(rest);
}

QuantizationConfigPtr get_quantization_config(const json::Value& identifier) {
  if (identifier.is_null()) return nullptr;
  const Tree value = deserialize_keras_object(identifier);
  if (auto config = as_object_of<QuantizationConfig>(value)) return config;
  raise_value_error(
      {"Argument `config` must be an instance of `QuantizationConfig`. Received: config=",
       repr(identifier), " (of type ", python_type(value), ")"});
}

json::Value FieldTraits<QuantizationConfigPtr>::write(const QuantizationConfigPtr& config) {
  return config ? serialize_keras_object(*config) : json::Value();
}

namespace quantizers {

KERAS_CLASS("keras.quantizers", QuantizationConfig, Family::kQuantizer, "quantization_config")

#define QUANTIZER(file, Name) extern const ClassInfo k##Name##Class;
#include "quantizers/quantizers.inc"
#undef QUANTIZER

}  // namespace quantizers

std::span<const ClassInfo* const> quantizer_classes() {
  static constexpr const ClassInfo* kClasses[] = {
#define QUANTIZER(file, Name) &quantizers::k##Name##Class,
#include "quantizers/quantizers.inc"
#undef QUANTIZER
  };
  return kClasses;
}

}  // namespace keras
