// What gives a weight its first value (keras/src/initializers/initializer.py).
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "serialization/object.h"
#include "tensor/tensor.h"

namespace keras {

class Initializer : public Object {
 public:
  // A tensor of that shape, which must be fully defined.
  virtual Tensor operator()(const Shape& shape, DType dtype);
  // A new one of the same config; unseeded ones draw a new seed.
  virtual std::shared_ptr<Initializer> clone() const;
  // Fixes the seed of an unseeded random initializer, as Keras's constructor does; it happens at
  // the first draw otherwise.
  virtual void draw_seed() {}
  // As keras.initializers.serialize.
  virtual json::Value serialize() const;
};

using InitializerPtr = std::shared_ptr<Initializer>;

// As keras.initializers.get: null for null; a class name or its snake_case form gives a new
// instance; a record; a live object; a `__tensor__` or `__numpy__` form; the name or record of a
// custom class or function.
InitializerPtr get_initializer(const json::Value& identifier);
// Values given directly; their shape must be the one asked for.
InitializerPtr tensor_initializer(const Tensor& values);

template <>
struct FieldTraits<InitializerPtr> {
  static InitializerPtr read(const json::Value& value) { return get_initializer(value); }
  static json::Value write(const InitializerPtr& initializer);
  static void settle(const InitializerPtr& initializer) {
    if (initializer) initializer->draw_seed();
  }
  static constexpr bool kAssignable = true;
  static constexpr FieldRole kRole = FieldRole::kInitializer;
  static constexpr std::string_view kTypeScript = "InitializerIdentifier | null";
};

std::span<const ClassInfo* const> initializer_classes();

}  // namespace keras
