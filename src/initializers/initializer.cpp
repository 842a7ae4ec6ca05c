#include "initializers/initializer.h"

#include "base/error.h"
#include "serialization/serialize.h"

namespace keras {

Tensor Initializer::operator()(const Shape&, DType) {
  throw not_implemented_error("Initializer subclasses must implement the `__call__()` method.");
}

std::shared_ptr<Initializer> Initializer::clone() const {
  auto copy = std::dynamic_pointer_cast<Initializer>(from_config(class_info(), get_config()));
  if (copy) copy->draw_seed();
  return copy;
}

json::Value Initializer::serialize() const { return serialize_keras_object(*this); }

namespace initializers {
KERAS_CLASS("keras", Initializer, Family::kInitializer, "initializer")
}  // namespace initializers

}  // namespace keras
