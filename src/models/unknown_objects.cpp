#include "models/unknown_objects.h"

#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "activations/activation.h"
#include "base/error.h"
#include "constraints/constraint.h"
#include "initializers/initializer.h"
#include "json/members.h"
#include "layers/core/lambda_bodies.h"
#include "models/legacy/tf_function.h"
#include "regularizers/regularizer.h"
#include "serialization/custom_objects.h"
#include "serialization/deserialize.h"
#include "serialization/registry.h"

namespace keras {
namespace {

using Kind = UnknownObject::Kind;
using Role = UnknownObject::Role;

using json::text_member;

bool is_record(const json::Value& value) {
  return value.is_object() && !text_member(value, "class_name").empty() &&
         value.find("config") != nullptr;
}

std::optional<Family> family_of(Role role) {
  switch (role) {
    case Role::kInitializer:
      return Family::kInitializer;
    case Role::kRegularizer:
      return Family::kRegularizer;
    case Role::kConstraint:
      return Family::kConstraint;
    default:
      return std::nullopt;
  }
}

// What a member of a config is, by Keras's naming conventions.
Role role_of_key(std::string_view key) {
  if (key == "cell" || key == "cells") return Role::kCell;
  if (key == "layer" || key.ends_with("_layer") || key == "layers") return Role::kLayer;
  if (key.ends_with("activation")) return Role::kActivation;
  if (key.ends_with("initializer")) return Role::kInitializer;
  if (key.ends_with("regularizer")) return Role::kRegularizer;
  if (key.ends_with("constraint")) return Role::kConstraint;
  return Role::kObject;
}

// A path in a config; its text is made only for what is found.
struct Path {
  static constexpr size_t kMember = static_cast<size_t>(-1);

  const Path* parent = nullptr;
  std::string_view key{};
  size_t index = kMember;  // in a list

  std::string text() const {
    std::vector<const Path*> steps;
    for (const Path* step = this; step->parent != nullptr; step = step->parent) {
      steps.push_back(step);
    }
    std::string out;
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
      if ((*step)->index != kMember)
        out += "[" + std::to_string((*step)->index) + "]";
      else
        out += (out.empty() ? "" : ".") + std::string((*step)->key);
    }
    return out;
  }
};

constexpr size_t kMaxFound = 10'000;

using Roles = std::unordered_map<std::string, Role>;

// The roles of a built-in class's fields.
const Roles& roles_of(const ClassInfo& info) {
  static std::map<const ClassInfo*, Roles> known;
  const auto [found, is_new] = known.try_emplace(&info);
  if (!is_new || info.create == nullptr || info.family == Family::kModel) return found->second;
  static const std::map<FieldRole, Role> by_field = {{FieldRole::kActivation, Role::kActivation},
                                                     {FieldRole::kInitializer, Role::kInitializer},
                                                     {FieldRole::kRegularizer, Role::kRegularizer},
                                                     {FieldRole::kConstraint, Role::kConstraint}};
  for (const FieldDescription& field : describe_fields(*create(info))) {
    const auto role = by_field.find(field.role);
    if (role != by_field.end()) found->second.emplace(field.key, role->second);
  }
  return found->second;
}

const ClassInfo* builtin_class(const json::Value& record) {
  const std::string module = text_member(record, "module");
  const std::string name = text_member(record, "class_name");
  if (!module.empty()) return import_class(module, name);
  for (Family family : {Family::kLayer, Family::kModel}) {
    if (const ClassInfo* info = find_class_in_family(family, name)) return info;
  }
  return nullptr;
}

// Keras's sentence when an activation, initializer, ... cannot be interpreted.
std::string refusal(Role role, const json::Value& value) {
  try {
    switch (role) {
      case Role::kActivation:
        get_activation(value);
        break;
      case Role::kInitializer:
        get_initializer(value);
        break;
      case Role::kRegularizer:
        get_regularizer(value);
        break;
      case Role::kConstraint:
        get_constraint(value);
        break;
      default:
        break;
    }
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

class Search {
 public:
  explicit Search(bool safe_mode) : safe_mode_(safe_mode) {}

  // `is_entry`: in a model's list of layers, which older Keras wrote without modules.
  void look(const json::Value& value, const Path& path, Role role, bool is_entry) {
    if (found.size() >= kMaxFound) return;
    if (value.is_array()) {
      for (size_t i = 0; i < value.as_array().size(); ++i) {
        look(value.as_array()[i], {.parent = &path, .index = i}, role, is_entry);
      }
    } else if (is_record(value)) {
      look_at_record(value, path, role, is_entry);
    } else if (value.is_object()) {
      look_at_members(value, path, {});
    }
  }

  std::vector<UnknownObject> found;

 private:
  void look_at_record(const json::Value& record, const Path& path, Role role, bool is_entry) {
    const std::string name = text_member(record, "class_name");
    if (name.starts_with("__")) return;
    // Calls of TensorFlow functions in a graph are converted to operations.
    if (legacy::is_tf_function(name) && record.find("inbound_nodes") != nullptr) return;
    if (name == "function") {
      if (auto message = why_unknown(record)) {
        const std::string function = text_member(record, "config");
        found.push_back({Kind::kFunction, role, function, function, text_member(record, "module"),
                         path.text(), *message, &record});
      }
      return;
    }
    if (const auto message = unknown_class(record, role, is_entry)) {
      const std::string registered = text_member(record, "registered_name");
      found.push_back({Kind::kClass, role, registered.empty() ? name : registered, name,
                       text_member(record, "module"), path.text(), *message, &record});
    }
    const json::Value& config = *record.find("config");
    if (!config.is_object()) return;
    const ClassInfo* info = builtin_class(record);
    const bool is_lambda = info != nullptr && info->class_name == "Lambda";
    if (is_lambda && has_body(config)) return;
    if (is_lambda) look_at_lambda(record, path);
    static const Roles kNone;
    look_at_members(config, {.parent = &path, .key = "config"},
                    info != nullptr ? roles_of(*info) : kNone);
  }

  static bool has_body(const json::Value& config) {
    const std::string name = text_member(config, "name");
    const json::Value* function = config.find("function");
    return given_lambda_body(name) ||
           (function != nullptr && carried_lambda_body(name, *function) != nullptr);
  }

  std::optional<std::string> unknown_class(const json::Value& record, Role role, bool is_entry) {
    const std::string name = text_member(record, "class_name");
    if (const auto family = family_of(role)) {
      const std::string registered = text_member(record, "registered_name");
      const json::Value* module = record.find("module");
      // Keras takes the family's own class whatever the module is, unless it is null.
      const bool builtin = !(module != nullptr && module->is_null()) &&
                           find_class_in_family(*family, name) != nullptr;
      const bool known = builtin || find_custom_object(name) || find_custom_object(registered);
      return known ? std::nullopt : std::optional(refusal(role, record));
    }
    if (is_entry && record.find("module") == nullptr) {
      if (find_custom_object(name) || builtin_class(record) != nullptr) return std::nullopt;
      return "Unknown layer: '" + name + "'";
    }
    return why_unknown(record);
  }

  void look_at_members(const json::Value& config, const Path& path, const Roles& roles) {
    for (const auto& [key, value] : config.as_object()) {
      if (key == "compile_config" || key == "build_config") continue;
      const auto role = roles.find(key);
      const Path inner{.parent = &path, .key = key};
      if (value.is_string() && role != roles.end()) {
        look_at_name(value, inner, role->second);
      } else if (value.is_object() || value.is_array()) {
        look(value, inner, role == roles.end() ? role_of_key(key) : role->second, key == "layers");
      }
    }
  }

  void look_at_name(const json::Value& name, const Path& path, Role role) {
    const bool known =
        role == Role::kActivation
            ? find_activation(name.as_string()).has_value()
            : find_custom_object(name.as_string()) ||
                  find_class_in_family(*family_of(role), name.as_string()) != nullptr;
    if (known) return;
    found.push_back({Kind::kFunction, role, name.as_string(), name.as_string(), "", path.text(),
                     refusal(role, name), &name});
  }

  void look_at_lambda(const json::Value& record, const Path& path) {
    const json::Value& config = *record.find("config");
    const json::Value* function = config.find("function");
    const std::string name = text_member(config, "name");
    if (!safe_mode_ || function == nullptr) return;
    // Older files hold byte code, defaults and closure in a list.
    if (!is_python_lambda(*function) && !function->is_array()) return;
    found.push_back({Kind::kLambda, Role::kLayer, name, "Lambda", text_member(record, "module"),
                     path.text(), kPythonLambdaRefused, &record});
  }

  bool safe_mode_;
};

}  // namespace

std::vector<UnknownObject> find_unknown_objects(const json::Value& config, bool safe_mode) {
  Search search(safe_mode);
  const bool is_model = config.find("layers") != nullptr;
  search.look(config, {}, Role::kObject, !is_model && config.find("module") == nullptr);
  return std::move(search.found);
}

}  // namespace keras
