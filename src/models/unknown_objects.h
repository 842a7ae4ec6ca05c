// What a config names that nothing here stands for: all of it at once, so that somebody can write
// what is missing.
#pragma once

#include <string>
#include <vector>

#include "json/value.h"

namespace keras {

struct UnknownObject {
  enum class Kind { kClass, kFunction, kLambda };
  // What it would stand for, as far as its place in the config tells.
  enum class Role { kObject, kLayer, kCell, kActivation, kInitializer, kRegularizer, kConstraint };

  Kind kind = Kind::kClass;
  Role role = Role::kObject;
  std::string registered_name;          // `package>Name`; the bare name when there is no package
  std::string class_name;               // of a function or lambda: its name, that of its layer
  std::string module;                   // empty when the record has none
  std::string path;                     // such as `config.layers[3].config.cell`
  std::string message;                  // Keras's sentence
  const json::Value* record = nullptr;  // within the config
};

// Every place in the config of a model, layer or other object that names something unknown, in the
// order of the config. Looks within the scopes that are open; `safe_mode`: Lambda layers with
// Python lambdas count, unless they have bodies.
std::vector<UnknownObject> find_unknown_objects(const json::Value& config, bool safe_mode);

}  // namespace keras
