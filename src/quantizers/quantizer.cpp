#include "quantizers/quantizer.h"

#include <typeinfo>

#include "base/error.h"
#include "serialization/identifier.h"
#include "serialization/serialize.h"

namespace keras {

void Quantizer::fields(FieldVisitor& f) {
  f("output_dtype", output_dtype_, "Dtype of the quantized values.");
}

json::Object Quantizer::get_config() const {
  if (typeid(*this) == typeid(Quantizer)) {
    raise_not_implemented_error(
        {"<keras.src.quantizers.quantizers.Quantizer object> does not implement get_config()"});
  }
  return Object::get_config();
}

QuantizerPtr get_quantizer(const json::Value& identifier) {
  if (identifier.is_null()) return nullptr;
  if (identifier.may_be_keras_object()) {  // names are not accepted
    const Tree value = resolve_identifier(Family::kQuantizer, identifier);
    if (auto found = as_object_of<Quantizer>(value)) return found;
  }
  raise_unknown_identifier("quantizer", identifier);
}

json::Value FieldTraits<QuantizerPtr>::write(const QuantizerPtr& quantizer) {
  return quantizer ? serialize_keras_object(*quantizer) : json::Value();
}

namespace quantizers {
KERAS_CLASS("keras", Quantizer, Family::kQuantizer, "quantizer")
}  // namespace quantizers

}  // namespace keras
