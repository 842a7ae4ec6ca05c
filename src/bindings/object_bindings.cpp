// Objects of every family: creation, identity, configs.
#include "base/error.h"
#include "bindings/codec/codec.h"
#include "bindings/codec/handles.h"
#include "bindings/custom_classes/js_object.h"
#include "bindings/guard.h"
#include "graph/operation.h"
#include "models/functional/functional.h"
#include "models/sequential.h"
#include "quantizers/quantizer.h"
#include "serialization/live_objects.h"
#include "serialization/registry.h"
#include "serialization/serialize.h"

namespace keras::bindings {
namespace {

const ClassInfo& builtin_class(const std::string& module, const std::string& class_name) {
  const ClassInfo* info = find_public_class(module, class_name);
  if (info == nullptr) info = import_class(module, class_name);
  if (info == nullptr) raise_internal_error({"There is no class ", module, ".", class_name});
  return *info;
}

// As calling the constructor of a built-in class.
ObjectHandlePtr object_create(const std::string& module, const std::string& class_name,
                              const Packed& options) {
  const json::Value parsed = unpack_config(options);
  return make_handle(construct(builtin_class(module, class_name), parsed.as_object()));
}

// As `cls.from_config(config)` of a built-in class.
ObjectHandlePtr object_from_config(const std::string& module, const std::string& class_name,
                                   const Packed& config) {
  const json::Value parsed = unpack_config(config);
  return make_handle(from_config(builtin_class(module, class_name), parsed.as_object()));
}

const char* kind_of(const Object& object) {
  if (dynamic_cast<const Functional*>(&object) != nullptr) return "functional";
  if (dynamic_cast<const Sequential*>(&object) != nullptr) return "sequential";
  if (dynamic_cast<const Model*>(&object) != nullptr) return "model";
  if (dynamic_cast<const Layer*>(&object) != nullptr) return "layer";
  if (dynamic_cast<const Operation*>(&object) != nullptr) return "operation";
  switch (object.class_info().family) {
    case Family::kInitializer:
      return "initializer";
    case Family::kRegularizer:
      return "regularizer";
    case Family::kConstraint:
      return "constraint";
    case Family::kDTypePolicy:
      return "dtypePolicy";
    case Family::kSeedGenerator:
      return "seedGenerator";
    case Family::kQuantizer:
      return dynamic_cast<const Quantizer*>(&object) != nullptr ? "quantizer"
                                                                : "quantizationConfig";
    default:
      return "object";
  }
}

// {uid, kind, module, className}
std::string object_info(const ObjectHandle& handle) {
  const auto object = handle.object();
  const ClassInfo& info = object->class_info();
  return encode(json::Object{{"uid", static_cast<int64_t>(object->uid())},
                             {"kind", kind_of(*object)},
                             {"module", info.module},
                             {"className", info.class_name}});
}

// A handle of the object with that uid; null when it no longer lives.
ObjectHandlePtr object_handle(double uid) {
  return make_handle(find_live_object(static_cast<uint64_t>(uid)));
}

// The config as the core's class makes it, without the getConfig of a JavaScript class.
std::string object_config(const ObjectHandle& handle) {
  const auto object = handle.object();
  const auto* js_object = dynamic_cast<const JsObject*>(object.get());
  return encode(js_object != nullptr ? js_object->super_get_config() : object->get_config());
}

// The record of serialize_keras_object.
std::string object_record(const ObjectHandle& handle) {
  return encode(serialize_keras_object(*handle.object()));
}

std::string serialize_value(const Packed& value) {
  return encode(serialize_keras_object(unpack(value)));
}

}  // namespace
}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_object) {
  using namespace keras::bindings;
  bind<&object_create>("objectCreate");
  bind<&object_from_config>("objectFromConfig");
  bind<&object_info>("objectInfo");
  bind<&object_handle>("objectHandle");
  bind<&object_config>("objectConfig");
  bind<&object_record>("objectRecord");
  bind<&serialize_value>("serializeValue");
}
