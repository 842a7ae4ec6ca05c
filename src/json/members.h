// Object members that may be missing or have another type.
#pragma once

#include <string>
#include <string_view>

#include "json/value.h"

namespace keras::json {

// The string at `key` of an Object or Value; empty when it is missing or not a string.
std::string text_member(const auto& object, std::string_view key) {
  const Value* value = object.find(key);
  return value != nullptr && value->is_string() ? value->as_string() : "";
}

}  // namespace keras::json
