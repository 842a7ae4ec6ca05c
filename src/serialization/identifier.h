// keras.<family>.get: identifiers of initializers, regularizers, constraints and quantizers.
#pragma once

#include <string_view>

#include "json/value.h"
#include "serialization/object.h"
#include "tree/tree.h"

namespace keras {

// The value of a record, or a new object for a built-in name; None for anything else.
Tree resolve_identifier(Family family, const json::Value& identifier);

// ValueError "Could not interpret <family> identifier: ...".
[[noreturn]] void raise_unknown_identifier(std::string_view family, const json::Value& identifier);

// The value as a T; null when it is not one.
template <class T>
std::shared_ptr<T> as_object_of(const Tree& value) {
  return value.is_object() ? std::dynamic_pointer_cast<T>(value.as_object()) : nullptr;
}

}  // namespace keras
