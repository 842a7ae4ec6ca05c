// Objects that already live, named inside constructor options: `{"class_name": "__live__",
// "config": {"uid": 7}}`. How the host hands an existing layer or initializer to a constructor
// whose options travel as JSON.
#pragma once

#include <memory>

#include "json/value.h"
#include "serialization/object.h"

namespace keras {

// Makes the object findable by its uid for as long as it lives.
void publish_live_object(const std::shared_ptr<Object>& object);
std::shared_ptr<Object> find_live_object(uint64_t uid);

// Records of that form are only understood inside of this scope: never in what a file says.
class LiveObjectScope {
 public:
  LiveObjectScope();
  ~LiveObjectScope();
  LiveObjectScope(const LiveObjectScope&) = delete;
  LiveObjectScope& operator=(const LiveObjectScope&) = delete;
};

// The object a record names; null when it is another kind of value or no scope is open.
std::shared_ptr<Object> live_object_of(const json::Value& value);

}  // namespace keras
