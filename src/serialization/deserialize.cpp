#include "serialization/deserialize.h"

#include <algorithm>
#include <array>

#include "base/js_error.h"
#include "base/naming.h"
#include "base/nesting.h"
#include "json/members.h"
#include "json/repr.h"
#include "serialization/live_objects.h"
#include "serialization/registry.h"
#include "serialization/revive_values.h"
#include "serialization/safe_mode.h"
#include "serialization/shared_objects.h"

namespace keras {
namespace {

// Public Keras names that configs must not reach, for security.
constexpr std::array<std::string_view, 12> kForbidden = {"load_model",
                                                         "save_model",
                                                         "get_file",
                                                         "clear_session",
                                                         "model_from_json",
                                                         "load_img",
                                                         "image_dataset_from_directory",
                                                         "serialize_keras_object",
                                                         "deserialize_keras_object",
                                                         "register_keras_serializable",
                                                         "save_weights",
                                                         "load_weights"};

std::string full_config(const json::Value& config) {
  return " Full object config: " + repr(config);
}

struct Resolved {
  const ClassInfo* builtin = nullptr;
  std::shared_ptr<CustomObject> custom{};
  std::shared_ptr<Function> function{};
};

using json::text_member;
using json::text_view;

// Operations of Keras whose nodes hold Python functions.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kOfFunctions = {
    {{"AssociativeScan", "associative_scan"},
     {"Cond", "cond"},
     {"ForiLoop", "fori_loop"},
     {"JVP", "jvp"},
     {"Map", "map"},
     {"Scan", "scan"},
     {"Switch", "switch"},
     {"VectorizedMap", "vectorized_map"},
     {"WhileLoop", "while_loop"}}};

Error python_function_error(std::string_view class_name, std::string_view function) {
  return value_error("Cannot deserialize operation '" + std::string(class_name) +
                     "': it calls a Python function, which the config holds as byte code at most. "
                     "Give a JavaScript class for '" +
                     std::string(class_name) +
                     "', or replace it by a layer whose `call` uses `ops." + std::string(function) +
                     "` with a JavaScript function.");
}

// Keras's message for an unknown name.
Error unknown_object_error(const std::string& name, bool is_function, const json::Object& config,
                           const json::Value& full) {
  const std::string type = is_function ? "function" : "class";
  const std::string module = text_member(config, "module");
  const std::string package = module.substr(0, module.find('.'));
  if (package == "keras" || package == "keras_hub" || package == "keras_cv" ||
      package == "keras_nlp") {
    for (const auto& [class_name, operation] : kOfFunctions) {
      if (name == class_name && module.starts_with("keras.src.ops")) {
        return python_function_error(class_name, operation);
      }
    }
    if (is_keras_module(module)) {
      return value_error("Could not deserialize '" + module + "." + name +
                         "' because it is not a KerasSaveable subclass");
    }
    return type_error("Could not deserialize " + type + " '" + name +
                      "' because its parent module " + module + " cannot be imported." +
                      full_config(full));
  }
  return type_error("Could not locate " + type + " '" + name +
                    "'. Make sure custom classes and functions are decorated with "
                    "`@keras.saving.register_keras_serializable()`. If they are already decorated, "
                    "make sure they are all imported so that the decorator is run before trying to "
                    "load them." +
                    full_config(full));
}

Error unknown_object(const std::string& name, bool is_function, const json::Object& config,
                     const json::Value& full) {
  Error error = unknown_object_error(name, is_function, config, full);
  error.set_unknown_name(name);
  return error;
}

void refuse_registered_name(std::string_view module, const std::string& name,
                            const json::Object& config, const json::Value& full) {
  const std::string_view registered = text_view(config, "registered_name");
  if (registered.empty() || registered == name || registered == text_view(config, "class_name")) {
    return;
  }
  raise_value_error({"`registered_name='", registered, "'` was provided in the config, but '",
                     module, ".", name,
                     "' resolved to a Keras built-in and does not use registered names. Remove the "
                     "`registered_name` field from the config.",
                     full_config(full)});
}

// The replacement of a Keras class that cannot compute here. The records of such a class have no
// registered name, so a custom object matches by name alone, whatever its package.
std::shared_ptr<CustomObject> replacement_of_builtin(const std::string& name) {
  const auto found = find_custom_object(name);
  return found ? found : find_custom_object_by_suffix(name);
}

// Resolves a name in Keras's order; empty when unknown. Throws for forbidden names.
Resolved find(const std::string& name, bool is_function, const json::Object& config,
              const json::Value& full) {
  const bool is_registered = config.contains("registered_name");
  const std::string_view key =
      is_function ? std::string_view(name)
                  : text_view(config, is_registered ? "registered_name" : "class_name");
  if (!key.empty()) {
    if (auto custom = find_custom_object(key))
      return {.custom = custom, .function = custom->function()};
  }
  const std::string_view module = text_view(config, "module");
  const bool is_of_keras = module == "keras" || module.starts_with("keras.");
  if (is_of_keras) {
    if (std::find(kForbidden.begin(), kForbidden.end(), name) != kForbidden.end()) {
      raise_value_error(
          {"Cannot deserialize `", module, ".", name,
           "` because it is not a modeling function. Non-modeling APIs are disallowed "
           "during deserialization for security. Model configuration should only "
           "contains operations, layers, metrics, losses, or registered custom objects "
           "and functions."});
    }
    if (const ClassInfo* info = find_public_class(module, name)) {
      if (info->is_replaceable) {
        if (auto custom = replacement_of_builtin(name)) return {.custom = custom};
      }
      refuse_registered_name(module, name, config, full);
      return {.builtin = info};
    }
    if (module.starts_with("keras.") && !module.starts_with("keras.src.")) {
      if (auto function = find_builtin_function(module.substr(6), name)) {
        refuse_registered_name(module, name, config, full);
        return {.function = function};
      }
    }
  }
  if (is_function && module == "builtins") {
    if (auto function = find_builtin_function(name)) {
      if (text_view(config, "registered_name") != "function") {
        refuse_registered_name("builtins", name, config, full);
      }
      return {.function = function};
    }
    if (name.find('>') == name.npos) {
      if (auto custom = find_custom_object_by_suffix(name)) {
        return {.custom = custom, .function = custom->function()};
      }
    }
  }
  // Empty when the module is unknown.
  Resolved found{.builtin = import_class(module, name)};
  if (found.builtin == nullptr && is_of_keras && key.empty()) {
    found.custom = replacement_of_builtin(name);
    if (found.custom) found.function = found.custom->function();
  }
  return found;
}

Resolved resolve(const std::string& name, bool is_function, const json::Object& config,
                 const json::Value& full) {
  Resolved found = find(name, is_function, config, full);
  if (!found.builtin && !found.custom && !found.function) {
    throw unknown_object(name, is_function, config, full);
  }
  return found;
}

std::string not_deserialized(const Resolved& resolved, const json::Value& full) {
  const std::string name = resolved.custom ? text_member(full.as_object(), "class_name")
                                           : std::string(resolved.builtin->module) + "." +
                                                 std::string(resolved.builtin->class_name);
  return "<class '" + name +
         "'> could not be deserialized properly. Please ensure that components that are Python "
         "object instances (layers, models, etc.) returned by `get_config()` are explicitly "
         "deserialized in the model's `from_config()` method.";
}

// `full` makes the whole record for the error message.
std::shared_ptr<Object> revive(const Resolved& resolved, const json::Object& inner, auto&& full) {
  try {
    return at_path("config", [&] {
      return resolved.custom ? resolved.custom->from_config(inner)
                             : from_config(*resolved.builtin, inner);
    });
  } catch (JsError& error) {
    // Rethrown unchanged.
    if (error.js_kind() == "TypeError" && error.notes().empty()) {
      error.add_note(not_deserialized(resolved, full()));
    }
    throw;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kTypeError) throw;
    const json::Value config = full();
    Error wrapped = type_error(not_deserialized(resolved, config) + "\n\nconfig=" + repr(config) +
                               ".\n\nException encountered: " + error.what());
    wrapped.prepend_path(error.path());
    wrapped.set_unknown_name(error.unknown_name());
    throw wrapped;
  }
}

Error config_is_no_dict(const std::string& class_name, const json::Value& inner,
                        const json::Value& full) {
  return type_error("Expected 'config' to be a dict for " + class_name + ",\ninstead got <class '" +
                    std::string(python_type_name(inner)) + "'>\nFull config: " + repr(full));
}

Tree deserialize_record(const json::Value& config, const DeserializeOptions& options) {
  const json::Object& record = config.as_object();
  const std::string& class_name = record.at("class_name").as_string();
  static const json::Value kEmpty = json::Object{};
  const json::Value& given = record.at("config");
  const json::Value& inner = given.is_null() ? kEmpty : given;

  if (auto value = revive_value(class_name, inner, options.safe_mode)) return *value;
  if (class_name == "function") {
    if (!inner.is_string()) {
      raise_type_error(
          {"Expected 'config' to be a non-null str fora function classname,\ninstead got ",
           std::string("<class '"), std::string(python_type_name(inner)),
           "'>\nFull config: ", repr(config)});
    }
    const Resolved resolved = resolve(inner.as_string(), true, record, config);
    if (!resolved.function) throw unknown_object(inner.as_string(), true, record, config);
    return resolved.function;
  }
  if (!inner.is_object()) throw config_is_no_dict(class_name, inner, config);
  ObjectSharingScope* sharing = ObjectSharingScope::current();
  const json::Value* shared_id = record.find("shared_object_id");
  const bool shared = sharing != nullptr && shared_id != nullptr && shared_id->is_int();
  if (shared) {
    if (auto object = sharing->find(shared_id->as_int())) return object;
  }
  const Resolved resolved = resolve(class_name, false, record, config);
  if (resolved.function && !resolved.builtin) return resolved.function;
  const NestingScope nesting(class_name);

  std::shared_ptr<Object> object = revive(resolved, inner.as_object(), [&] { return config; });
  if (resolved.custom) resolved.custom->made_from_record(*object, record);
  if (const json::Value* build = record.find("build_config"); build != nullptr && build->truthy()) {
    at_path("build_config", [&] { object->apply_build_config(*build); });
  }
  if (const json::Value* compile = record.find("compile_config");
      compile != nullptr && compile->truthy()) {
    at_path("compile_config", [&] { object->apply_compile_config(*compile); });
  }
  if (shared) sharing->put(shared_id->as_int(), object);
  return object;
}

Tree deserialize_value(const json::Value& config, const DeserializeOptions& options) {
  if (config.is_null()) return {};
  if (config.is_string()) {
    if (!no_custom_objects()) {
      if (auto custom = find_custom_object(config.as_string())) {
        if (auto function = custom->function()) return function;
      }
    }
    return config.as_string();
  }
  if (config.is_array()) {
    Tree::Sequence items;
    items.reserve(config.as_array().size());
    for (const json::Value& item : config.as_array()) {
      try {
        items.push_back(deserialize_value(item, options));
      } catch (Error& error) {
        error.prepend_path("[" + std::to_string(items.size()) + "]");
        throw;
      }
    }
    return Tree::list(std::move(items));
  }
  if (const Tree* live = find_live_value(config)) return *live;
  if (!config.is_object()) return Tree::from_json(config);
  const json::Object& record = config.as_object();
  if (record.contains("class_name") && record.contains("config")) {
    return deserialize_record(config, options);
  }
  Tree::Dict dict;
  for (const auto& [key, item] : record) {
    dict.members.emplace_back(key, at_path(key, [&] { return deserialize_value(item, options); }));
  }
  return dict;
}

}  // namespace

Tree deserialize_keras_object(const json::Value& config, const DeserializeOptions& options) {
  DeserializeOptions effective = options;
  effective.safe_mode = in_safe_mode().value_or(options.safe_mode);
  const SafeModeScope safe_mode(effective.safe_mode);
  if (options.custom_objects == nullptr || options.custom_objects->empty()) {
    return deserialize_value(config, effective);
  }
  const CustomObjectScope scope(beside_known(*options.custom_objects));
  return deserialize_value(config, effective);
}

std::shared_ptr<Object> deserialize_object(const json::Value& config,
                                           const DeserializeOptions& options) {
  if (!config.may_be_keras_object()) {
    raise_type_error({"Could not parse config: ", repr(config)});
  }
  const Tree value = deserialize_keras_object(config, options);
  if (!value.is_object()) {
    raise_value_error(
        {"Unexpected object from deserialization, expected a layer or operation, got a ",
         python_type(value)});
  }
  return value.as_object();
}

Tree deserialize_in_family(Family family, const json::Value& config) {
  if (const Tree* live = find_live_value(config)) return *live;
  const json::Object& record = config.as_object();
  const json::Value* class_name = record.find("class_name");
  if (class_name == nullptr) {
    raise_value_error({"Unknown `config` as a `dict`, config=", repr(config)});
  }
  const std::string& name = class_name->as_string();
  if (!no_custom_objects()) {
    const std::string_view registered = text_view(record, "registered_name");
    const std::string_view function = text_view(record, "config");
    if (find_custom_object(name) || (!registered.empty() && find_custom_object(registered)) ||
        (!function.empty() && find_custom_object(function))) {
      return deserialize_keras_object(config);
    }
  }
  if (name == "function") return text_member(record, "config");
  const json::Value* module = record.find("module");
  if (module != nullptr && module->is_null()) {
    throw type_error("Cannot deserialize object of type `" + name + "`. If `" + name +
                     "` is a custom class, please register it using the "
                     "`@keras.saving.register_keras_serializable()` decorator.")
        .set_unknown_name(name);
  }
  const ClassInfo* info = find_class_in_family(family, name);
  if (info == nullptr) {
    if (replacement_of_builtin(name)) return deserialize_keras_object(config);
    return name;
  }
  const json::Value* inner = record.find("config");
  static const json::Value kEmpty = json::Object{};
  if (inner == nullptr || inner->is_null()) inner = &kEmpty;
  const auto full = [&]() -> json::Value {
    return json::Object{{"module", info->module},
                        {"class_name", info->class_name},
                        {"config", *inner},
                        {"registered_name", nullptr}};
  };
  if (!inner->is_object()) throw config_is_no_dict(std::string(info->class_name), *inner, full());
  return revive({.builtin = info}, inner->as_object(), full);
}

std::optional<std::string> why_unknown(const json::Value& config) {
  const json::Object& record = config.as_object();
  const bool is_function = text_member(record, "class_name") == "function";
  const std::string name = text_member(record, is_function ? "config" : "class_name");
  try {
    const Resolved found = find(name, is_function, record, config);
    if (is_function ? found.function != nullptr : found.builtin || found.custom || found.function) {
      return std::nullopt;
    }
  } catch (const Error&) {
    return std::nullopt;  // refused: reported elsewhere
  }
  return unknown_object(name, is_function, record, config).what();
}

std::shared_ptr<Function> deserialize_function(std::string_view module, const json::Value& config) {
  if (config.is_string()) return find_builtin_function(module, config.as_string());
  const Tree value = deserialize_keras_object(config);
  return value.is_function() ? value.as_function() : nullptr;
}

}  // namespace keras
