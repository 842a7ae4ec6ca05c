// deserialize_keras_object: JSON back to values and objects
// (keras/src/saving/serialization_lib.py).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "json/value.h"
#include "serialization/custom_objects.h"
#include "serialization/object.h"
#include "tree/tree.h"

namespace keras {

struct DeserializeOptions {
  const CustomObjects* custom_objects = nullptr;
  bool safe_mode = true;
};

// Any value. A `__keras_tensor__` becomes a tensor without data whose symbolic_info is a
// RevivedTensor.
Tree deserialize_keras_object(const json::Value& config, const DeserializeOptions& options = {});

// A record that must describe an object.
std::shared_ptr<Object> deserialize_object(const json::Value& config,
                                           const DeserializeOptions& options = {});

// As `<family>.deserialize(config)` of a record: a custom object, or the family's own class
// whatever `module` says; else the bare class name, as Keras returns it.
Tree deserialize_in_family(Family family, const json::Value& config);
// The function a record or name means: a custom one, or a built-in of `module`.
std::shared_ptr<Function> deserialize_function(std::string_view module, const json::Value& config);

// The ValueError of `keras.<family>.get` for an identifier that means nothing there: "Could not
// interpret initializer identifier: zzz". `what` is such as "initializer".
Error uninterpretable(std::string_view what, const json::Value& identifier);

// Keras's sentence when nothing stands for the class or function that a record names; nothing when
// it is known, or refused for another reason.
std::optional<std::string> why_unknown(const json::Value& config);

// What a serialized symbolic tensor remembers: the operation, node and tensor that made it.
class RevivedTensor final : public SymbolicInfo {
 public:
  RevivedTensor(json::Value keras_history, std::string automatic_name)
      : history(std::move(keras_history)), name(std::move(automatic_name)) {}
  json::Value history;  // [name, node index, tensor index] or null
  std::string name;     // as Keras calls it: `keras_tensor_3`
};

}  // namespace keras
