// serialize_keras_object: values and objects to JSON (keras/src/saving/serialization_lib.py).
#pragma once

#include <string>

#include "base/function_ref.h"
#include "json/value.h"
#include "serialization/object.h"
#include "tree/tree.h"

namespace keras {

// The record of an object: module, class_name, config,
// registered_name, build_config, compile_config.
json::Value serialize_keras_object(const Object& object);

// Any value. `tensor` serializes KerasTensors, which this room does not know; without it they are
// an error.
using TensorSerializer = FunctionRef<json::Value(const Tensor&)>;
json::Value serialize_keras_object(const Tree& value, const TensorSerializer& tensor = nullptr);

// `{"module": "builtins", "class_name": "function", "config":
// name, "registered_name": "function"}`.
json::Value function_record(const std::string& name);

// The data as nested lists, or a bare number for a scalar.
json::Value nested_values(const Tensor& tensor);

}  // namespace keras
