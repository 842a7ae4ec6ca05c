// Objects and functions that already exist: found by their uid, and as parts of constructor
// options, where JavaScript and composite layers pass an existing layer or initializer.
#pragma once

#include <memory>

#include "json/value.h"
#include "serialization/function.h"
#include "serialization/object.h"
#include "tree/tree.h"

namespace keras {

// Makes the object findable by its uid for its lifetime.
void publish_live_object(const std::shared_ptr<Object>& object);
std::shared_ptr<Object> find_live_object(uint64_t uid);

// The object or function itself as a part of options, in the place of its record; null for null.
// No text is ever read as one.
json::Value live_value(const std::shared_ptr<Object>& object);
json::Value live_value(const std::shared_ptr<Function>& function);
// What live_value() was given; null for any other value.
const Tree* find_live_value(const json::Value& value);

}  // namespace keras
