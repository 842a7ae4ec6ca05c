// References to existing objects inside constructor options: `{"class_name": "__live__", "config":
// {"uid": 7}}`. JavaScript passes layers and initializers to a constructor this way.
#pragma once

#include <memory>

#include "json/value.h"
#include "serialization/object.h"

namespace keras {

// Makes the object findable by its uid for its lifetime.
void publish_live_object(const std::shared_ptr<Object>& object);
std::shared_ptr<Object> find_live_object(uint64_t uid);

// Such records resolve only while a scope is open, so that files cannot contain them.
class LiveObjectScope {
 public:
  LiveObjectScope();
  ~LiveObjectScope();
  LiveObjectScope(const LiveObjectScope&) = delete;
  LiveObjectScope& operator=(const LiveObjectScope&) = delete;
};

// The object a record refers to; null for other values or without a scope.
std::shared_ptr<Object> live_object_of(const json::Value& value);

}  // namespace keras
