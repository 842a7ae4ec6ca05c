#include "serialization/identifier.h"

#include "base/error.h"
#include "json/repr.h"
#include "serialization/deserialize.h"
#include "serialization/registry.h"

namespace keras {

Tree resolve_identifier(Family family, const json::Value& identifier) {
  if (identifier.is_object()) return deserialize_in_family(family, identifier);
  if (!identifier.is_string()) return {};
  const ClassInfo* info = find_class_in_family(family, identifier.as_string());
  return info == nullptr ? Tree() : Tree(construct(*info, {}));
}

void raise_unknown_identifier(std::string_view family, const json::Value& identifier) {
  raise_value_error({"Could not interpret ", family, " identifier: ",
                     (identifier.is_string() ? identifier.as_string() : repr(identifier))});
}

}  // namespace keras
