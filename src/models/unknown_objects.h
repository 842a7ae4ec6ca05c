// Finds everything that a config names and nothing defines, so that it can be written at once.
#pragma once

#include <string>
#include <vector>

#include "json/value.h"

namespace keras {

struct UnknownObject {
  enum class Kind { kClass, kFunction, kLambda };
  // What it is used as, as far as its path in the config tells.
  enum class Role { kObject, kLayer, kCell, kActivation, kInitializer, kRegularizer, kConstraint };

  Kind kind = Kind::kClass;
  Role role = Role::kObject;
  std::string registered_name;          // `package>Name`; the bare name when there is no package
  std::string class_name;               // of a function its name, of a lambda "Lambda"
  std::string module;                   // empty when the record has none
  std::string path;                     // such as `config.layers[3].config.cell`
  std::string message;                  // Keras's sentence
  const json::Value* record = nullptr;  // within the config
};

// Every occurrence in the config of a model, layer or other object, in the order of the config.
// Names in open scopes are known. With `safe_mode` Lambda layers with Python lambdas count, unless
// they have bodies.
std::vector<UnknownObject> find_unknown_objects(const json::Value& config, bool safe_mode);

}  // namespace keras
