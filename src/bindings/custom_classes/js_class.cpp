#include "bindings/custom_classes/js_class.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/error.h"
#include "bindings/codec/codec.h"
#include "bindings/guard.h"
#include "json/members.h"

namespace keras::bindings {
namespace {

std::vector<std::unique_ptr<JsClass>>& classes() {
  static std::vector<std::unique_ptr<JsClass>> all;
  return all;
}

std::vector<std::string> texts(const json::Value& array) {
  std::vector<std::string> out;
  for (const json::Value& item : array.as_array()) out.push_back(item.as_string());
  return out;
}

void set_registered_name(JsClass& js_class, std::string name) {
  js_class.registered_name = std::move(name);
  js_class.info.registered_name = js_class.registered_name;
}

constexpr std::pair<std::string_view, Family> kFamilies[] = {{"layer", Family::kLayer},
                                                             {"model", Family::kModel},
                                                             {"initializer", Family::kInitializer},
                                                             {"regularizer", Family::kRegularizer},
                                                             {"constraint", Family::kConstraint}};

// Python's name of the module of scripts, which records write as null.
constexpr const char* kNoModule = "__main__";

// {className, registeredName, family, overrides[, signature, positional, buildArguments]
// [, capturesArguments][, jit][, takesGraph]}
int define_class(const emscripten::val& constructor, const std::string& description) {
  const json::Value value = decode(description);
  const json::Object& object = value.as_object();
  auto defined = std::make_unique<JsClass>();
  defined->class_name = object.at("className").as_string();
  defined->info.module = kNoModule;
  defined->info.class_name = defined->class_name;
  set_registered_name(*defined, object.at("registeredName").as_string());
  for (const auto& [name, family] : kFamilies) {
    if (object.at("family") == json::Value(name)) defined->info.family = family;
  }
  defined->constructor = std::make_shared<JsFunction>(constructor, defined->class_name);
  defined->overrides = texts(object.at("overrides"));
  if (const json::Value* signature = object.find("signature")) {
    defined->signature = CallSignature(signature->as_string());
    defined->positional = static_cast<size_t>(object.at("positional").as_int());
    defined->build_arguments = texts(object.at("buildArguments"));
  }
  if (const json::Value* captures = object.find("capturesArguments")) {
    defined->captures_arguments = captures->as_bool();
  }
  if (const json::Value* jit = object.find("jit")) defined->jit = jit->as_bool();
  if (const json::Value* takes_graph = object.find("takesGraph")) {
    defined->takes_graph = takes_graph->as_bool();
  }
  classes().push_back(std::move(defined));
  return static_cast<int>(classes().size()) - 1;
}

// For a class that is registered under another name after its first object was made.
void rename_class(int index, const std::string& registered_name) {
  set_registered_name(*classes().at(static_cast<size_t>(index)), registered_name);
}

}  // namespace

bool JsClass::defines(std::string_view method) const {
  return std::find(overrides.begin(), overrides.end(), method) != overrides.end();
}

const JsClass& js_class(int index) {
  if (index < 0 || static_cast<size_t>(index) >= classes().size()) {
    raise_internal_error({"There is no JavaScript class ", std::to_string(index)});
  }
  return *classes()[static_cast<size_t>(index)];
}

const ClassInfo* python_class_info(const JsClass& js_class, const json::Object& record) {
  const std::string module = json::text_member(record, "module");
  const std::string class_name = json::text_member(record, "class_name");
  const json::Value* registered = record.find("registered_name");
  // Records of Keras's own classes have no registered name, and Keras refuses any other.
  const bool is_of_keras =
      module.starts_with("keras.") && (registered == nullptr || registered->is_null());
  const bool is_registered = js_class.registered_name.find('>') != std::string::npos;
  if (module == "builtins") return &js_class.info;
  if (is_registered && !is_of_keras && class_name != js_class.class_name) return &js_class.info;
  std::string registered_name = js_class.registered_name;
  if (is_of_keras) {
    registered_name.clear();
  } else if (!is_registered && registered != nullptr && registered->is_string()) {
    registered_name = registered->as_string();
  }
  // Alive as long as the classes. The values refer to the strings of their keys.
  using Key = std::tuple<const JsClass*, std::string, std::string, std::string>;
  static std::map<Key, ClassInfo> known;
  const auto [found, is_new] = known.try_emplace(
      Key(&js_class, module, class_name, std::move(registered_name)), js_class.info);
  if (is_new) {
    const auto& [key, own_module, own_class, own_name] = found->first;
    if (!own_module.empty()) found->second.module = own_module;
    found->second.class_name = own_class;
    found->second.registered_name = own_name;
  }
  return &found->second;
}

}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_js_class) {
  using namespace keras::bindings;
  bind<&define_class>("defineClass");
  bind<&rename_class>("renameClass");
}
