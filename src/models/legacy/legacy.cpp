#include "models/legacy/legacy.h"

#include "base/error.h"
#include "json/repr.h"
#include "layers/layer.h"
#include "serialization/custom_objects.h"
#include "serialization/registry.h"
#include "serialization/serialize.h"

namespace keras {
namespace {

// Older Keras wrote `axis` as a list of one, and the batch dimension into the
// layer's shape argument.
json::Object modern_config(const std::string& class_name, json::Object config) {
  if (const json::Value* shape = config.find("batch_input_shape"); shape != nullptr) {
    const json::Value value = config.take("batch_input_shape");
    if (!value.is_null())
      config.set(class_name == "InputLayer" ? "batch_shape" : "input_shape", value);
  }
  if (const json::Value* axis = config.find("axis")) {
    if (axis->is_array() && axis->as_array().size() == 1) {
      config.set("axis", static_cast<int64_t>(axis->as_array()[0].as_double()));
    } else if (axis->is_number()) {
      config.set("axis", static_cast<int64_t>(axis->as_double()));
    } else if (!axis->is_array()) {
      config.erase("axis");
    }
  }
  if (class_name == "Lambda") {
    for (const char* key :
         {"module", "function_type", "output_shape_type", "output_shape_module"}) {
      config.erase(key);
    }
    const json::Value* function = config.find("function");
    if (function != nullptr && function->is_array() && function->as_array().size() == 3) {
      const json::Array& parts = function->as_array();
      json::Object code{{"code", parts[0]}, {"defaults", parts[1]}, {"closure", parts[2]}};
      config.set("function",
                 json::Object{{"class_name", "__lambda__"}, {"config", std::move(code)}});
    }
  }
  return config;
}

}  // namespace

std::shared_ptr<Object> revive_legacy_layer(const json::Value& entry) {
  const json::Value* config = entry.find("config");
  if (config == nullptr) {
    raise_value_error(
        {"The provided configuration is not a valid Keras configuration. Expected a "
         "dictionary containing a 'config' key. Received: config=",
         repr(entry)});
  }
  const std::string class_name = entry.as_object().at("class_name").as_string();
  const json::Object modern = modern_config(class_name, config->as_object());
  return at_path("config", [&]() -> std::shared_ptr<Object> {
    if (auto custom = find_custom_object(class_name)) return custom->from_config(modern);
    for (Family family : {Family::kLayer, Family::kModel}) {
      if (const ClassInfo* info = find_class_in_family(family, class_name)) {
        return from_config(*info, modern);
      }
    }
    throw value_error("Unknown layer: '" + class_name +
                      "'. Please ensure you are using a `keras.utils.custom_object_scope` and that "
                      "this object is included in the scope. See "
                      "https://www.tensorflow.org/guide/keras/save_and_serialize"
                      "#registering_the_custom_object for details.")
        .set_unknown_name(class_name);
  });
}

json::Value modern_values(const json::Value& value) {
  if (value.is_array()) {
    json::Array items;
    for (const json::Value& item : value.as_array()) items.push_back(modern_values(item));
    return items;
  }
  if (!value.is_object()) return value;
  const json::Value* class_name = value.find("class_name");
  if (class_name != nullptr && class_name->is_string()) {
    const std::string& name = class_name->as_string();
    const json::Value* items = value.find("items");
    if (items != nullptr && (name == "__tuple__" || name == "TensorShape"))
      return modern_values(*items);
    const json::Value* bytes = value.find("value");
    if (bytes != nullptr && name == "__bytes__") {
      return json::Object{{"class_name", name}, {"config", json::Object{{"value", *bytes}}}};
    }
    if (name == "__ellipsis__")
      return json::Object{{"class_name", name}, {"config", json::Object()}};
  }
  json::Object members;
  for (const auto& [key, member] : value.as_object()) members.set(key, modern_values(member));
  return members;
}

namespace {
bool g_legacy_configs = false;
}  // namespace

LegacyConfigScope::LegacyConfigScope() : previous_(g_legacy_configs) { g_legacy_configs = true; }
LegacyConfigScope::~LegacyConfigScope() { g_legacy_configs = previous_; }

json::Value record_in_model(const Operation& operation) {
  // Operations that are not layers keep their whole record: a bare class name would be read
  // as a layer.
  if (!g_legacy_configs || dynamic_cast<const Layer*>(&operation) == nullptr) {
    return serialize_keras_object(operation);
  }
  const ClassInfo& info = operation.class_info();
  return json::Object{
      {"class_name", info.registered_name.empty() ? info.class_name : info.registered_name},
      {"config", operation.get_config()}};
}

bool read_legacy_node(const json::Array& node, const CreatedLayers& created,
                      const LegacyTensorFinder& find, Tree::Sequence& args, Tree::Dict& kwargs) {
  Tree::Sequence tensors;
  for (const json::Value& reference : node) {
    const json::Array& place = reference.as_array();
    // Two parts are an IndexError in Python, which Keras treats as "not yet available".
    if (place.size() < 3) return false;
    if (place.size() > 4)
      raise_value_error({"Cannot deserialize the model (invalid config data?)"});
    const std::string& name = place[0].as_string();
    if (!created.contains(name)) {
      raise_value_error({"Invalid Functional model configuration. Missing node: ", name});
    }
    const auto tensor = find(name, place[1].as_int(), place[2].as_int());
    if (!tensor) return false;
    tensors.emplace_back(*tensor);
    // Each reference holds keyword arguments; the last one's apply.
    kwargs = place.size() == 4 ? Tree::from_json(place[3]).as_dict() : Tree::Dict();
  }
  args.push_back(tensors.size() == 1 ? tensors.front() : Tree::list(std::move(tensors)));
  return true;
}

}  // namespace keras
