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

// The same without a copy: valid as long as the object and its member are.
std::string_view text_view(const auto& object, std::string_view key) {
  const Value* value = object.find(key);
  return value != nullptr && value->is_string() ? std::string_view(value->as_string())
                                                : std::string_view();
}

}  // namespace keras::json
