// deserialize_keras_object: JSON to values and objects (keras/src/saving/serialization_lib.py).
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

// Revives any value. A `__keras_tensor__` becomes a tensor without data whose symbolic_info
// is a RevivedTensor.
Tree deserialize_keras_object(const json::Value& config, const DeserializeOptions& options = {});

// Revives a record that must describe an object.
std::shared_ptr<Object> deserialize_object(const json::Value& config,
                                           const DeserializeOptions& options = {});

// As `<family>.deserialize(config)`: a custom object, or the family's class of that name whatever
// `module` says; otherwise the class name as a string, as in Keras.
Tree deserialize_in_family(Family family, const json::Value& config);
// The function that a record or name refers to: custom, or a built-in of `module`.
std::shared_ptr<Function> deserialize_function(std::string_view module, const json::Value& config);

// Keras's message when the class or function of a record is unknown; nothing when it is known or
// refused for another reason.
std::optional<std::string> why_unknown(const json::Value& config);

// The history of a serialized KerasTensor: operation, node and tensor index.
class RevivedTensor final : public SymbolicInfo {
 public:
  RevivedTensor(json::Value keras_history, std::string automatic_name)
      : history(std::move(keras_history)), name(std::move(automatic_name)) {}
  json::Value history;  // [name, node index, tensor index] or null
  std::string name;     // Keras's name, such as `keras_tensor_3`
};

}  // namespace keras
