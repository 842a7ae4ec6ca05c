#include "quantizers/quantizer.h"

#include <typeinfo>

#include "base/error.h"
#include "json/repr.h"
#include "serialization/deserialize.h"
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
  if (identifier.may_be_keras_object()) {
    const Tree value = deserialize_in_family(Family::kQuantizer, identifier);
    if (value.is_object()) {
      if (auto quantizer = std::dynamic_pointer_cast<Quantizer>(value.as_object())) {
        return quantizer;
      }
    }
  }
  throw uninterpretable("quantizer", identifier);
}

json::Value FieldTraits<QuantizerPtr>::write(const QuantizerPtr& quantizer) {
  return quantizer ? serialize_keras_object(*quantizer) : json::Value();
}

namespace quantizers {
KERAS_CLASS("keras", Quantizer, Family::kQuantizer, "quantizer")
}  // namespace quantizers

}  // namespace keras
