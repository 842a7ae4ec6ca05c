// The fields of objects as properties: their keys, and reading and assigning one.
#include "activations/activation.h"
#include "base/error.h"
#include "bindings/codec/codec.h"
#include "bindings/codec/handles.h"
#include "bindings/guard.h"
#include "layers/delegate.h"
#include "serialization/function.h"
#include "serialization/registry.h"
#include "tensor/variable.h"

namespace keras::bindings {
namespace {

// The object that has the fields: the built-in one when a JavaScript class extends it.
std::shared_ptr<Object> field_owner(const ObjectHandle& handle) {
  std::shared_ptr<Object> object = handle.object();
  while (const auto* outer = dynamic_cast<const Delegate*>(object.get())) {
    object = outer->delegate();
  }
  return object;
}

// The keys that the constructor of a built-in class takes.
std::string class_fields(const std::string& module, const std::string& class_name) {
  const ClassInfo* info = find_public_class(module, class_name);
  if (info == nullptr) info = import_class(module, class_name);
  json::Array keys;
  if (info == nullptr || info->create == nullptr) return encode(json::Value(std::move(keys)));
  for (const FieldDescription& field : describe_fields(*create(*info))) {
    if (!field.flags.write_only && !field.flags.read_only) keys.push_back(field.key);
  }
  return encode(json::Value(std::move(keys)));
}

Tree value_of(const Object& owner, const FieldSlot& slot) {
  if (auto object = slot.object()) return object;
  if (auto function = slot.function()) return function;
  if (slot.role() == FieldRole::kLayers) {
    Tree::Sequence layers;
    for (const LayerPtr& layer : dynamic_cast<const Layer&>(owner).sublayers()) {
      layers.push_back(std::static_pointer_cast<Object>(layer));
    }
    return Tree::list(std::move(layers));
  }
  const json::Value value = slot.serialize();
  if (value.is_string() && slot.role() == FieldRole::kActivation) {
    return find_activation_function(value.as_string());
  }
  return Tree::from_json(value);
}

Packed object_field(const ObjectHandle& handle, const std::string& key) {
  const auto owner = field_owner(handle);
  Tree value;
  with_field(*owner, key, [&](const FieldSlot& slot) { value = value_of(*owner, slot); });
  return pack(value);
}

// Assigns the field and invalidates compiled plans; returns false when it cannot be assigned.
bool object_set_field(const ObjectHandle& handle, const std::string& key, const Packed& packed) {
  const json::Value options = unpack_config(packed);
  bool is_assignable = false;
  with_field(*field_owner(handle), key, [&](FieldSlot& slot) {
    is_assignable = slot.is_assignable();
    if (!is_assignable) return;
    at_path(key, [&] { slot.assign(options); });
    slot.settle();
    Variable::count_change();
  });
  return is_assignable;
}

}  // namespace
}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_field) {
  using namespace keras::bindings;
  bind<&class_fields>("classFields");
  bind<&object_field>("objectField");
  bind<&object_set_field>("objectSetField");
}
