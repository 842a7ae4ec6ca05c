// keras.<family>.get, deserialize and serialize.
#include "activations/activation.h"
#include "base/error.h"
#include "bindings/codec/codec.h"
#include "bindings/guard.h"
#include "constraints/constraint.h"
#include "dtype_policies/dtype_policy.h"
#include "initializers/initializer.h"
#include "json/repr.h"
#include "quantizers/quantizer.h"
#include "regularizers/regularizer.h"
#include "serialization/deserialize.h"
#include "serialization/registry.h"

namespace keras::bindings {
namespace {

Tree tree_of(const Activation& activation) {
  if (activation.object()) return activation.object();
  if (activation.function()) return activation.function();
  return find_activation_function(activation_name(activation.kind()));
}

// A function that is used as an object is returned as the function.
template <class Pointer>
Tree tree_of(const Pointer& object) {
  if (!object) return {};
  const json::Value record = object->serialize();
  const json::Value* class_name = record.find("class_name");
  if (class_name != nullptr && *class_name == json::Value("function")) {
    return deserialize_keras_object(record);
  }
  return Tree(std::static_pointer_cast<Object>(object));
}

Tree identified(const std::string& family, const json::Value& identifier) {
  if (family == "activations") return tree_of(get_activation(identifier));
  if (family == "initializers") return tree_of(get_initializer(identifier));
  if (family == "regularizers") return tree_of(get_regularizer(identifier));
  if (family == "constraints") return tree_of(get_constraint(identifier));
  if (family == "dtypePolicies") {
    return Tree(std::static_pointer_cast<Object>(get_dtype_policy(identifier)));
  }
  if (family == "quantizers") {
    return Tree(std::static_pointer_cast<Object>(get_quantizer(identifier)));
  }
  raise_internal_error({"There is no family ", family});
}

Family family_of(const std::string& family) {
  if (family == "initializers") return Family::kInitializer;
  if (family == "regularizers") return Family::kRegularizer;
  if (family == "constraints") return Family::kConstraint;
  if (family == "quantizers") return Family::kQuantizer;
  return Family::kDTypePolicy;
}

// A custom object, or the built-in of that name; else the name, as in Keras.
Tree deserialize_name(const std::string& family, const std::string& name) {
  const Tree custom = deserialize_keras_object(name);
  if (!custom.is_string()) return custom;
  if (family == "activations") {
    const auto function = find_activation_function(name);
    return function ? Tree(function) : custom;
  }
  const ClassInfo* info = find_class_in_family(family_of(family), name);
  return info != nullptr ? Tree(construct(*info, {})) : custom;
}

// Lists, None and plain values mean the same in every family.
Tree deserialize_identifier(const std::string& family, const json::Value& config) {
  if (config.is_string()) return deserialize_name(family, config.as_string());
  if (!config.is_object()) return deserialize_keras_object(config);
  if (family != "activations") return deserialize_in_family(family_of(family), config);
  if (config.find("class_name") == nullptr) {
    raise_value_error({"Unknown `config` as a `dict`, config=", repr(config)});
  }
  return deserialize_keras_object(config);
}

Packed identifier_get(const std::string& family, const Packed& identifier) {
  const json::Value options = unpack_config(identifier);
  return pack(identified(family, options));
}

Packed identifier_deserialize(const std::string& family, const std::string& config) {
  return pack(deserialize_identifier(family, decode(config)));
}

std::string activation_serialize(const Packed& activation) {
  const json::Value options = unpack_config(activation);
  return encode(serialize_activation(get_activation(options)));
}

}  // namespace
}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_identifier) {
  using namespace keras::bindings;
  bind<&identifier_get>("identifierGet");
  bind<&identifier_deserialize>("identifierDeserialize");
  bind<&activation_serialize>("activationSerialize");
}
