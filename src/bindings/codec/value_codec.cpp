#include "bindings/codec/value_codec.h"

#include <emscripten/bind.h>

#include "base/error.h"
#include "bindings/codec/error_record.h"
#include "bindings/codec/handles.h"
#include "bindings/codec/json_codec.h"
#include "bindings/custom_classes/js_function.h"
#include "graph/keras_tensor.h"
#include "serialization/fields.h"
#include "serialization/registry.h"

namespace keras::bindings {
namespace {

using emscripten::val;

json::Object tagged(const char* tag) { return json::Object{{"$", tag}}; }

class Packer {
 public:
  json::Value pack(const Tree& tree) {
    if (tree.is_none()) return nullptr;
    if (tree.is_bool()) return tree.as_bool();
    if (tree.is_int()) return tree.as_int();
    if (tree.is_float()) return tree.as_number();
    if (tree.is_string()) return tree.as_string();
    if (tree.is_list()) return items_of(tree.items());
    if (tree.is_dict()) return dict(tree.as_dict());
    if (tree.is_tensor()) return tensor("tensor", tree.as_tensor());
    if (tree.is_ndarray()) return tensor("ndarray", tree.as_ndarray().data);
    if (tree.is_object()) return object(tree.as_object());
    if (tree.is_function()) return function(*tree.as_function());
    json::Object record = tagged(tree.is_tuple()   ? "tuple"
                                 : tree.is_slice() ? "slice"
                                 : tree.is_bytes() ? "bytes"
                                                   : "ellipsis");
    if (tree.is_tuple()) record.set("items", items_of(tree.items()));
    if (tree.is_slice()) {
      const Tree::Slice& slice = tree.as_slice();
      record.set("items", json::Array{pack(slice.start), pack(slice.stop), pack(slice.step)});
    }
    if (tree.is_bytes()) record.set("value", tree.as_bytes().value);
    return record;
  }

  val tensors = val::undefined();
  val objects = val::undefined();

 private:
  template <class Handle>
  static int64_t append(val& list, const Handle& handle) {
    if (list.isUndefined()) list = val::array();
    const auto index = list["length"].as<int>();
    list.set(index, handle);
    return index;
  }

  json::Value items_of(const Tree::Sequence& items) {
    json::Array array;
    array.reserve(items.size());
    for (const Tree& item : items) array.push_back(pack(item));
    return array;
  }

  json::Value dict(const Tree::Dict& dict) {
    if (!dict.contains("$")) {
      json::Object object;
      for (const auto& [key, value] : dict.members) object.set(key, pack(value));
      return object;
    }
    json::Array items;
    for (const auto& [key, value] : dict.members) items.push_back(json::Array{key, pack(value)});
    json::Object record = tagged("dict");
    record.set("items", std::move(items));
    return record;
  }

  json::Value tensor(const char* tag, const Tensor& tensor) {
    json::Object record = describe(tensor);
    record.set("$", tag);
    record.set("i", append(tensors, make_handle(tensor)));
    return record;
  }

  json::Value object(const std::shared_ptr<Object>& object) {
    if (!object) return nullptr;
    json::Object record = tagged("object");
    record.set("uid", static_cast<int64_t>(object->uid()));
    record.set("i", append(objects, make_handle(object)));
    return record;
  }

  static json::Value function(const Function& function) {
    const auto* js_object = dynamic_cast<const JsFunction*>(&function);
    json::Object record = tagged(js_object == nullptr ? "builtin" : "function");
    if (js_object != nullptr) record.set("id", js_object->id());
    record.set("name", function.name());
    return record;
  }
};

class Unpacker {
 public:
  explicit Unpacker(const Packed& packed) : packed_(packed) {}

  Tree unpack(const json::Value& value) const {
    if (value.is_array()) return Tree::list(items_of(value.as_array()));
    if (!value.is_object()) return Tree::from_json(value);
    const json::Object& object = value.as_object();
    if (const json::Value* tag = object.find("$")) return special(tag->as_string(), object);
    Tree::Dict dict;
    dict.members.reserve(object.size());
    for (const auto& [key, item] : object) dict.members.emplace_back(key, unpack(item));
    return dict;
  }

 private:
  Tree::Sequence items_of(const json::Array& array) const {
    Tree::Sequence items;
    items.reserve(array.size());
    for (const json::Value& item : array) items.push_back(unpack(item));
    return items;
  }

  Tree special(const std::string& tag, const json::Object& record) const {
    if (tag == "tensor") return tensor(record);
    if (tag == kErrorTag) throw_recorded(record);
    if (tag == "ndarray") return Tree::Ndarray{tensor(record)};
    if (tag == "object") {
      const val handle = packed_.objects[static_cast<int>(record.at("i").as_int())];
      return handle.as<ObjectHandlePtr>()->object();
    }
    if (tag == "function") {
      return std::static_pointer_cast<Function>(
          std::make_shared<JsFunction>(record.at("id").as_int(), record.at("name").as_string()));
    }
    if (tag == "builtin")
      return find_builtin_function("activations", record.at("name").as_string());
    if (tag == "tuple") return Tree::tuple(items_of(record.at("items").as_array()));
    if (tag == "slice") {
      const json::Array& parts = record.at("items").as_array();
      return Tree::Slice{unpack(parts.at(0)), unpack(parts.at(1)), unpack(parts.at(2))};
    }
    if (tag == "ellipsis") return Tree::Ellipsis{};
    if (tag == "bytes") return Tree::Bytes{record.at("value").as_string()};
    if (tag == "dict") {
      Tree::Dict dict;
      for (const json::Value& item : record.at("items").as_array()) {
        dict.set(item.as_array().at(0).as_string(), unpack(item.as_array().at(1)));
      }
      return dict;
    }
    throw internal_error("Unknown tag of a packed value: " + tag);
  }

  Tensor tensor(const json::Object& record) const {
    const val handle = packed_.tensors[static_cast<int>(record.at("i").as_int())];
    return handle.as<TensorHandlePtr>()->tensor;
  }

  const Packed& packed_;
};

}  // namespace

json::Object describe(const Tensor& tensor) {
  json::Object info{{"shape", FieldTraits<Shape>::write(tensor.shape())},
                    {"dtype", dtype_name(tensor.dtype())}};
  if (tensor.has_data()) return info;
  info.set("symbolic", true);
  if (const KerasTensorInfo* symbolic = keras_tensor_info(tensor)) {
    info.set("name", symbolic->name);
    info.set("sparse", symbolic->sparse);
    // As long as somebody holds the tensor no other one has this number.
    info.set("id", static_cast<int64_t>(reinterpret_cast<uintptr_t>(tensor.id())));
  }
  return info;
}

Packed pack(const Tree& tree) {
  Packer packer;
  const json::Value value = packer.pack(tree);
  return {to_js(value), packer.tensors, packer.objects};
}

Tree unpack(const Packed& packed) { return Unpacker(packed).unpack(from_js(packed.json)); }

Arguments unpack_arguments(const Packed& packed) {
  Tree tree = unpack(packed);
  Tree::Dict& parts = tree.as_dict();
  return {std::move(parts.find("args")->items()), std::move(parts.find("kwargs")->as_dict())};
}

Tree pack_arguments(const Tree::Sequence& args, const Tree::Dict& kwargs) {
  Tree::Dict parts;
  parts.set("args", Tree::list(args));
  parts.set("kwargs", kwargs);
  return parts;
}

}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_value_codec) {
  using keras::bindings::Packed;
  emscripten::value_object<Packed>("Packed")
      .field("json", &Packed::json)
      .field("tensors", &Packed::tensors)
      .field("objects", &Packed::objects);
}
