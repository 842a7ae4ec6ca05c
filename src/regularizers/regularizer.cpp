#include "regularizers/regularizer.h"

#include <typeinfo>

#include "base/error.h"
#include "serialization/serialize.h"

namespace keras {

float Regularizer::value(const Tensor&) const { return 0; }

json::Object Regularizer::get_config() const {
  if (typeid(*this) == typeid(Regularizer)) {
    raise_not_implemented_error(
        {"<keras.src.regularizers.regularizers.Regularizer object> does not implement "
         "get_config()"});
  }
  return Object::get_config();
}

json::Value Regularizer::serialize() const { return serialize_keras_object(*this); }

namespace regularizers {
KERAS_CLASS("keras", Regularizer, Family::kRegularizer, "regularizer")
}  // namespace regularizers

}  // namespace keras
