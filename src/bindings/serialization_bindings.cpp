// Deserialization, custom objects and their scopes, safe mode.
#include <memory>
#include <vector>

#include "base/error.h"
#include "bindings/callbacks.h"
#include "bindings/codec/codec.h"
#include "bindings/custom_classes/js_function.h"
#include "bindings/custom_classes/js_object.h"
#include "bindings/guard.h"
#include "graph/keras_tensor.h"
#include "json/parse.h"
#include "layers/core/lambda_bodies.h"
#include "models/unknown_objects.h"
#include "serialization/custom_objects.h"
#include "serialization/deserialize.h"
#include "serialization/safe_mode.h"

namespace keras::bindings {
namespace {

// A class or function that JavaScript passes under some name.
class JsCustomObject final : public CustomObject {
 public:
  JsCustomObject(std::shared_ptr<JsFunction> function, bool is_class)
      : function_(std::move(function)), is_class_(is_class) {}

  std::shared_ptr<Function> function() override { return is_class_ ? nullptr : function_; }

  std::shared_ptr<Object> from_config(const json::Object& config) override {
    const Tree made = js_from_config(function_->target(), config);
    if (!made.is_object()) {
      raise_type_error({function_->name(),
                        ".fromConfig() must return an object of Keras. Received: ", repr(made)});
    }
    return made.as_object();
  }

  // Python finds the class again by what the record says.
  void made_from_record(Object& object, const json::Object& record) override {
    const auto* js_object = dynamic_cast<const JsObject*>(&object);
    if (js_object == nullptr) return;
    object.set_class_info(python_class_info(js_object->js_class(), record));
  }

 private:
  std::shared_ptr<JsFunction> function_;
  bool is_class_;
};

// [[key, function or class, whether it is a class], ...]
CustomObjects custom_objects(const Packed& list) {
  CustomObjects objects;
  const Tree rows = unpack(list);
  for (const Tree& item : rows.items()) {
    const Tree::Sequence& row = item.items();
    objects.insert_or_assign(
        row.at(0).as_string(),
        std::make_shared<JsCustomObject>(
            std::static_pointer_cast<JsFunction>(row.at(1).as_function()), row.at(2).as_bool()));
  }
  return objects;
}

Packed deserialized(const json::Value& config, bool safe_mode) {
  return pack(with_keras_tensors(deserialize_keras_object(config, {.safe_mode = safe_mode})));
}

Packed deserialize(const Packed& config, bool safe_mode) {
  return deserialized(unpack_config(config), safe_mode);
}

// JSON of unknown origin: nothing in it is read as a handle.
Packed deserialize_json(const std::string& text, bool safe_mode) {
  return deserialized(json::parse(text), safe_mode);
}

void register_objects(const Packed& list) {
  for (auto& [key, object] : custom_objects(list)) register_custom_object(key, std::move(object));
}

// --- Scopes: JavaScript closes them, the innermost first ---

using Scopes = std::vector<std::shared_ptr<void>>;
Scopes& scopes() {
  static Scopes open;
  return open;
}

// `merge` keeps the names of the outer scope, as deserialization does; custom_object_scope replaces
// them.
void open_custom_scope(const Packed& list, bool merge) {
  CustomObjects objects = custom_objects(list);
  if (merge) objects = beside_known(objects);
  scopes().push_back(std::make_shared<CustomObjectScope>(std::move(objects)));
}

// The functions by the names of the layers.
void open_lambda_scope(const Packed& packed) {
  LambdaBodies bodies;
  const Tree given = unpack(packed);
  for (const auto& [name, body] : given.as_dict().members) {
    bodies.insert_or_assign(name, body.as_function());
  }
  scopes().push_back(std::make_shared<LambdaBodyScope>(std::move(bodies)));
}

// An outer scope wins over the argument of a call; an explicit scope wins over the outer one.
void open_safe_mode_scope(bool safe_mode, bool is_argument) {
  const bool effective = is_argument ? in_safe_mode().value_or(safe_mode) : safe_mode;
  scopes().push_back(std::make_shared<SafeModeScope>(effective));
}

// While a file is read or written.

void close_scope() {
  if (scopes().empty()) raise_internal_error({"No scope is open"});
  scopes().pop_back();
}

constexpr const char* kKinds[] = {"class", "function", "lambda"};
constexpr const char* kRoles[] = {"object",      "layer",       "cell",      "activation",
                                  "initializer", "regularizer", "constraint"};

// [{kind, role, registeredName, className, module, path, message, record}, ...]
std::string unknown_rows(const json::Value& config, bool safe_mode) {
  const bool effective = in_safe_mode().value_or(safe_mode);
  json::Array rows;
  for (UnknownObject& unknown : find_unknown_objects(config, effective)) {
    rows.push_back(json::Object{
        {"kind", kKinds[static_cast<int>(unknown.kind)]},
        {"role", kRoles[static_cast<int>(unknown.role)]},
        {"registeredName", std::move(unknown.registered_name)},
        {"className", std::move(unknown.class_name)},
        {"module", unknown.module.empty() ? json::Value() : json::Value(unknown.module)},
        {"path", std::move(unknown.path)},
        {"message", std::move(unknown.message)},
        {"record", *unknown.record}});
  }
  return encode(rows);
}

std::string find_unknown(const Packed& config, bool safe_mode) {
  return unknown_rows(unpack_config(config), safe_mode);
}

std::string find_unknown_in_json(const std::string& text, bool safe_mode) {
  return unknown_rows(json::parse(text), safe_mode);
}

// What prevents the model from being cloned; `config` holds the configs of its layers.
std::string find_unknown_of_clone(const ObjectHandle& model, const Packed& config) {
  const LambdaBodyScope lambdas(model.as<Layer>());
  return find_unknown(config, true);
}

void enable_unsafe() { enable_unsafe_deserialization(); }

}  // namespace
}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_serialization) {
  using namespace keras::bindings;
  bind<&deserialize>("deserialize");
  bind<&deserialize_json>("deserializeJson");
  bind<&register_objects>("registerObjects");
  bind<&open_custom_scope>("openCustomScope");
  bind<&open_lambda_scope>("openLambdaScope");
  bind<&find_unknown>("findUnknown");
  bind<&find_unknown_in_json>("findUnknownInJson");
  bind<&find_unknown_of_clone>("findUnknownOfClone");
  bind<&open_safe_mode_scope>("openSafeModeScope");
  bind<&close_scope>("closeScope");
  bind<&enable_unsafe>("enableUnsafeDeserialization");
}
