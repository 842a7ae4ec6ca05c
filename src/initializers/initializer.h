// The base of initializers, which create the first value of a weight
// (keras/src/initializers/initializer.py).
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "serialization/object.h"
#include "tensor/tensor.h"

namespace keras {

class Initializer : public Object {
 public:
  // Creates a tensor; the shape must be fully defined.
  virtual Tensor operator()(const Shape& shape, DType dtype);
  // A new initializer with the same config; unseeded ones draw a new seed.
  virtual std::shared_ptr<Initializer> clone() const;
  // Draws the seed of an unseeded random initializer now, as Keras's constructor does, instead of
  // at the first call.
  virtual void draw_seed() {}
  // As keras.initializers.serialize.
  virtual json::Value serialize() const;
};

using InitializerPtr = std::shared_ptr<Initializer>;

// As keras.initializers.get: null for null; otherwise a class name or its snake_case form, a
// record, a live object, a `__tensor__` or `__numpy__`, or a custom class or function.
InitializerPtr get_initializer(const json::Value& identifier);
// Returns the given values; their shape must be the requested one.
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
