// Classes and functions that JavaScript registers by name:
// register_keras_serializable and custom_object_scope.
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
  // The function; null for a class.
  virtual std::shared_ptr<Function> function() = 0;
  // from_config of a class.
  virtual std::shared_ptr<Object> from_config(const json::Object& config) = 0;
  // Called after a whole record was revived, with the object that from_config returned.
  virtual void made_from_record(Object&, const json::Object& /*record*/) {}
};

using CustomObjects = std::map<std::string, std::shared_ptr<CustomObject>, std::less<>>;

// register_keras_serializable, under `package>name`. A second object with the same key
// replaces the first.
void register_custom_object(std::string key, std::shared_ptr<CustomObject> object);
void unregister_custom_objects();

// While alive, these names are visible. A nested scope replaces the outer one, as in Keras.
class CustomObjectScope {
 public:
  explicit CustomObjectScope(CustomObjects objects);
  ~CustomObjectScope();
  CustomObjectScope(const CustomObjectScope&) = delete;
  CustomObjectScope& operator=(const CustomObjectScope&) = delete;

 private:
  std::shared_ptr<const CustomObjects> previous_;
};

const CustomObjects& current_custom_objects();
void clear_custom_object_scope();

// `argument` merged with the current scope. As in Keras, names already in the scope or the registry
// keep their meaning.
CustomObjects beside_known(const CustomObjects& argument);

bool is_registered_object(std::string_view name);
// Looks in the scope, then in the registry.
std::shared_ptr<CustomObject> find_custom_object(std::string_view name);
// Matches any `package>name`: function records of Keras <= 3.6 hold the bare name.
std::shared_ptr<CustomObject> find_custom_object_by_suffix(std::string_view name);
// Whether there are no custom objects at all: the common case, where strings need no lookup.
bool no_custom_objects();

}  // namespace keras
