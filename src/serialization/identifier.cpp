#include "serialization/identifier.h"

#include "base/error.h"
#include "json/members.h"
#include "json/repr.h"
#include "serialization/deserialize.h"
#include "serialization/registry.h"

namespace keras {

Tree resolve_identifier(Family family, const json::Value& identifier) {
  if (identifier.may_be_keras_object()) return deserialize_in_family(family, identifier);
  if (!identifier.is_string()) return {};
  const ClassInfo* info = find_class_in_family(family, identifier.as_string());
  return info == nullptr ? Tree() : Tree(construct(*info, {}));
}

void raise_unknown_identifier(std::string_view family, const json::Value& identifier) {
  const bool is_name = identifier.is_string();
  throw value_error("Could not interpret " + std::string(family) +
                    " identifier: " + (is_name ? identifier.as_string() : repr(identifier)))
      .set_unknown_name(is_name ? identifier.as_string()
                                : json::text_member(identifier, "class_name"));
}

}  // namespace keras
