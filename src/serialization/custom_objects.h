// Classes and functions that the host (JavaScript) supplies by name: the registry of
// register_keras_serializable and the scopes of custom_object_scope.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "json/value.h"
#include "serialization/function.h"
#include "serialization/object.h"

namespace keras {

class CustomObject {
 public:
  virtual ~CustomObject() = default;
  // The function, when this is one; null for a class.
  virtual std::shared_ptr<Function> function() = 0;
  // For a class: its from_config.
  virtual std::shared_ptr<Object> from_config(const json::Object& config) = 0;
  // Called with what from_config made, when a whole record was revived.
  virtual void made_from_record(Object&, const json::Object& /*record*/) {}
};

using CustomObjects = std::map<std::string, std::shared_ptr<CustomObject>, std::less<>>;

// register_keras_serializable: under `package>name`. A second object under a key replaces the
// first.
void register_custom_object(std::string key, std::shared_ptr<CustomObject> object);
void unregister_custom_objects();

// While it lives, these names are visible. A nested scope replaces the outer one, as in Keras.
class CustomObjectScope {
 public:
  explicit CustomObjectScope(CustomObjects objects);
  ~CustomObjectScope();
  CustomObjectScope(const CustomObjectScope&) = delete;
  CustomObjectScope& operator=(const CustomObjectScope&) = delete;

 private:
  std::shared_ptr<const CustomObjects> previous_;
};

// The names of the current scope.
const CustomObjects& current_custom_objects();
void clear_custom_object_scope();

// The names of an argument and of the current scope. As in Keras, a name in the scope or in the
// registry means what it means there.
CustomObjects beside_known(const CustomObjects& argument);

bool is_registered_object(std::string_view name);
// Looks in the scope, then in the global registry.
std::shared_ptr<CustomObject> find_custom_object(std::string_view name);
// Registered under `anything>name`: function records of Keras <= 3.6 hold the bare name.
std::shared_ptr<CustomObject> find_custom_object_by_suffix(std::string_view name);
// True when no custom object exists anywhere: the common case, in which strings need no look-up.
bool no_custom_objects();

}  // namespace keras
