#include "serialization/object.h"

#include "base/error.h"
#include "json/repr.h"

namespace keras {
namespace {

constinit const ClassInfo kNoClass{
    .module = "builtins", .class_name = "object", .registered_name = ""};
uint64_t g_next_uid = 1;

// Keras's from_config replaces a plain policy by its name, and error messages print
// the replaced arguments.
json::Value constructor_arguments(json::Object config) {
  const json::Value* dtype = config.find("dtype");
  const json::Value* class_name = dtype == nullptr ? nullptr : dtype->find("class_name");
  if (class_name == nullptr || !class_name->is_string()) return config;
  const std::string& policy = class_name->as_string();
  if (policy != "DTypePolicy" && policy != "FloatDTypePolicy") return config;
  const json::Value* inner = dtype->find("config");
  const json::Value* name = inner == nullptr ? nullptr : inner->find("name");
  if (name != nullptr && name->is_string()) config.set("dtype", json::Value(*name));
  return config;
}

}  // namespace

Object::Object() : class_info_(&kNoClass), uid_(g_next_uid++) {}

void Object::configure(const json::Object& config) {
  read_fields(*this, config);
  validate();
}

json::Object Object::get_config() const { return write_fields(*this); }

std::shared_ptr<Object> Object::new_from_config(const json::Object& config) const {
  return from_config(class_info(), config);
}

std::string Object::python_repr() const {
  const std::string_view name = display_name();
  return "<" + std::string(class_info().class_name) + (name.empty() ? "" : " name=") +
         std::string(name) + ">";
}

void Object::apply_compile_config(const json::Value&) {
  raise_attribute_error({"'", std::string(class_info().class_name),
                         "' object has no attribute 'compile_from_config'"});
}

std::string Object::unknown_argument_message(const json::Object& unknown) const {
  // A Python class without its own constructor.
  if (describe_fields(const_cast<Object&>(*this)).empty()) {
    return std::string(class_info().class_name) + "() takes no arguments";
  }
  return std::string(class_info().class_name) + ".__init__() got an unexpected keyword argument '" +
         unknown.begin()->first + "'";
}

std::shared_ptr<Object> share(std::unique_ptr<Object> object) { return object; }

std::shared_ptr<Object> create(const ClassInfo& info) {
  if (info.create == nullptr) {
    raise_type_error({"'", std::string(info.class_name), "' cannot be created from a config"});
  }
  return share(info.create());
}

std::shared_ptr<Object> construct(const ClassInfo& info, const json::Object& options) {
  auto object = create(info);
  object->configure(options);
  return object;
}

std::shared_ptr<Object> from_config(const ClassInfo& info, const json::Object& config) {
  auto object = create(info);
  if (!object->wraps_errors_of_from_config()) {
    object->configure_from_config(config);
    return object;
  }
  try {
    object->configure_from_config(config);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kJsError) throw;
    Error wrapped = type_error("Error when deserializing class '" + std::string(info.class_name) +
                               "' using config=" + repr(constructor_arguments(config)) +
                               ".\n\nException encountered: " + error.what());
    wrapped.prepend_path(error.path());
    wrapped.set_unknown_name(error.unknown_name());
    throw wrapped;
  }
  return object;
}

}  // namespace keras
