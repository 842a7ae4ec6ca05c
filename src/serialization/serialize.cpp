#include "serialization/serialize.h"

#include "base/error.h"
#include "serialization/function.h"
#include "serialization/shared_objects.h"

namespace keras {
namespace {

json::Value form(const char* class_name, json::Object config) {
  return json::Object{{"class_name", class_name}, {"config", std::move(config)}};
}

json::Value nested_values(const Tensor& tensor, int axis, int64_t& next) {
  if (axis == tensor.rank()) {
    const int64_t i = next++;
    if (tensor.dtype() == DType::kString) return std::string(tensor.string_data()[i]);
    if (tensor.dtype() == DType::kInt64) return tensor.data<int64_t>()[i];
    const double value = tensor.item(i);
    if (is_float(tensor.dtype())) return value;
    if (tensor.dtype() == DType::kBool) return value != 0;
    return static_cast<int64_t>(value);
  }
  json::Array array;
  for (int64_t k = 0; k < tensor.shape()[axis]; ++k) {
    array.push_back(nested_values(tensor, axis + 1, next));
  }
  return array;
}

json::Value array_form(const char* class_name, const Tensor& tensor) {
  return form(class_name, {{"value", nested_values(tensor)},
                           {"dtype", std::string(dtype_name(tensor.dtype()))}});
}

json::Value serialize_tensor(const Tensor& tensor, const TensorSerializer& symbolic) {
  if (tensor.has_data()) return array_form("__tensor__", tensor);
  if (!symbolic) raise_type_error({"Cannot serialize object ", repr(Tree(tensor))});
  return symbolic(tensor);
}

}  // namespace

json::Value nested_values(const Tensor& tensor) {
  int64_t next = 0;
  return nested_values(tensor, 0, next);
}

json::Value function_record(const std::string& name) {
  return json::Object{{"module", "builtins"},
                      {"class_name", "function"},
                      {"config", name},
                      {"registered_name", "function"}};
}

json::Value serialize_keras_object(const Object& object) {
  const ClassInfo& info = object.class_info();
  ObjectSharingScope* sharing = ObjectSharingScope::current();
  // Keras's get_config serializes members before the sharing is known, so in practice only layers
  // and operations stay shared after loading.
  const bool may_share =
      sharing != nullptr && (info.family == Family::kLayer || info.family == Family::kModel);
  json::Object record{
      {"module", info.module == "__main__" ? json::Value() : json::Value(info.module)},
      {"class_name", info.class_name},
      {"config", object.get_config()},
      {"registered_name",
       info.registered_name.empty() ? json::Value() : json::Value(info.registered_name)}};
  object.extend_record(record);
  if (may_share) {
    sharing->note_use(object);
    if (sharing->shared().contains(object.uid())) {
      record.set("shared_object_id", static_cast<int64_t>(object.uid()));
    }
  }
  return record;
}

json::Value serialize_keras_object(const Tree& value, const TensorSerializer& tensor) {
  if (value.is_none()) return nullptr;
  if (value.is_bool()) return value.as_bool();
  if (value.is_int()) return value.as_int();
  if (value.is_float()) return value.as_number();
  if (value.is_string()) return value.as_string();
  if (value.is_tensor()) return serialize_tensor(value.as_tensor(), tensor);
  if (value.is_sequence()) {
    json::Array array;
    for (const Tree& item : value.items()) array.push_back(serialize_keras_object(item, tensor));
    return array;
  }
  if (value.is_dict()) {
    json::Object object;
    for (const auto& [key, item] : value.as_dict().members) {
      object.set(key, serialize_keras_object(item, tensor));
    }
    return object;
  }
  if (value.is_slice()) {
    const auto& slice = value.as_slice();
    return form("__slice__", {{"start", serialize_keras_object(slice.start, tensor)},
                              {"stop", serialize_keras_object(slice.stop, tensor)},
                              {"step", serialize_keras_object(slice.step, tensor)}});
  }
  if (value.is_ellipsis()) return form("__ellipsis__", {});
  if (value.is_bytes()) return form("__bytes__", {{"value", value.as_bytes().value}});
  if (value.is_ndarray()) {
    const Tensor& data = value.as_ndarray().data;
    return data.rank() == 0 ? nested_values(data) : array_form("__numpy__", data);
  }
  if (value.is_function()) return function_record(value.as_function()->name());
  return serialize_keras_object(*value.as_object());
}

}  // namespace keras
