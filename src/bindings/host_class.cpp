#include "bindings/host_class.h"

#include <algorithm>

#include "base/error.h"
#include "bindings/guard.h"
#include "json/parse.h"

namespace keras::bindings {
namespace {

std::vector<std::unique_ptr<HostClass>>& classes() {
  static std::vector<std::unique_ptr<HostClass>> all;
  return all;
}

std::vector<std::string> texts(const json::Value& array) {
  std::vector<std::string> out;
  for (const json::Value& item : array.as_array()) out.push_back(item.as_string());
  return out;
}

void set_registered_name(HostClass& host_class, std::string name) {
  host_class.registered_name = std::move(name);
  host_class.info.registered_name = host_class.registered_name;
}

constexpr std::pair<std::string_view, Family> kFamilies[] = {{"layer", Family::kLayer},
                                                             {"model", Family::kModel},
                                                             {"initializer", Family::kInitializer},
                                                             {"regularizer", Family::kRegularizer},
                                                             {"constraint", Family::kConstraint}};

// {className, registeredName, family, constructor, overrides[, signature, positional,
// buildArguments][, takesGraph]}
int define_class(const std::string& description) {
  const json::Value value = json::parse(description);
  const json::Object& object = value.as_object();
  auto defined = std::make_unique<HostClass>();
  defined->class_name = object.at("className").as_string();
  // Python's name of a module that no import statement reaches: it is written as null.
  defined->info.module = "__main__";
  defined->info.class_name = defined->class_name;
  set_registered_name(*defined, object.at("registeredName").as_string());
  for (const auto& [name, family] : kFamilies) {
    if (object.at("family") == json::Value(name)) defined->info.family = family;
  }
  defined->constructor = object.at("constructor").as_int();
  defined->overrides = texts(object.at("overrides"));
  if (const json::Value* signature = object.find("signature")) {
    defined->signature = CallSignature(signature->as_string());
    defined->positional = static_cast<size_t>(object.at("positional").as_int());
    defined->build_arguments = texts(object.at("buildArguments"));
  }
  if (const json::Value* takes_graph = object.find("takesGraph")) {
    defined->takes_graph = takes_graph->as_bool();
  }
  classes().push_back(std::move(defined));
  return static_cast<int>(classes().size()) - 1;
}

// The class was registered under another name after its first object was made.
void rename_class(int index, const std::string& registered_name) {
  set_registered_name(*classes().at(static_cast<size_t>(index)), registered_name);
}

}  // namespace

bool HostClass::defines(std::string_view method) const {
  return std::find(overrides.begin(), overrides.end(), method) != overrides.end();
}

const HostClass& host_class(int index) {
  if (index < 0 || static_cast<size_t>(index) >= classes().size()) {
    throw internal_error("There is no host class " + std::to_string(index));
  }
  return *classes()[static_cast<size_t>(index)];
}

}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_host_class) {
  using namespace keras::bindings;
  bind<&define_class>("defineClass");
  bind<&rename_class>("renameClass");
}
