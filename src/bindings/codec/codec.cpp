#include "bindings/codec/codec.h"

#include <emscripten/bind.h>

#include "base/error.h"
#include "bindings/codec/error_record.h"
#include "bindings/codec/handles.h"
#include "bindings/codec/json_text.h"
#include "bindings/custom_classes/js_function.h"
#include "graph/keras_tensor.h"
#include "serialization/fields.h"
#include "serialization/live_objects.h"
#include "serialization/registry.h"

namespace keras::bindings {
namespace {

using emscripten::val;

constexpr char kTaggedMark = '\x02';
constexpr char kObjectMark = '\x03';
constexpr const char* kTag = "$";

// Writes values as JSON with tagged nodes, and collects their handles.
class Packer {
 public:
  // Without `handles`, objects and functions in a config are written as their records.
  explicit Packer(bool handles = true) : handles_(handles) {}

  json::Value node(const Tree& tree) {
    if (tree.is_none()) return nullptr;
    if (tree.is_bool()) return tree.as_bool();
    if (tree.is_int()) return tree.as_int();
    if (tree.is_float()) return tree.as_number();
    if (tree.is_string()) return tree.as_string();
    if (tree.is_list()) return items_of(tree.items());
    if (tree.is_dict()) return dict(tree.as_dict().members);
    if (tree.is_tensor()) return tensor("tensor", tree.as_tensor());
    if (tree.is_ndarray()) return tensor("ndarray", tree.as_ndarray().data);
    if (tree.is_object()) return object(tree.as_object());
    if (tree.is_function()) return function(*tree.as_function());
    if (tree.is_tuple()) return tagged("tuple", {{"items", items_of(tree.items())}});
    if (tree.is_bytes()) return tagged("bytes", {{"value", tree.as_bytes().value}});
    if (tree.is_ellipsis()) return tagged("ellipsis");
    const Tree::Slice& slice = tree.as_slice();
    return tagged("slice",
                  {{"items", json::Array{node(slice.start), node(slice.stop), node(slice.step)}}});
  }

  json::Value node(const json::Value& config) {
    if (config.is_opaque()) {
      const Tree* live = handles_ ? find_live_value(config) : nullptr;
      return live != nullptr ? node(*live) : node(config.as_opaque().as_json());
    }
    if (config.is_array()) return items_of(config.as_array());
    if (config.is_object()) return dict(config.as_object());
    return config;
  }

  Packed finish(const json::Value& value) {
    packed_.text = write_json(value).text;
    if (is_tagged_) packed_.text.insert(packed_.text.begin(), kTaggedMark);
    return std::move(packed_);
  }

 private:
  json::Value tagged(const char* tag, json::Object members = {}) {
    is_tagged_ = true;
    members.append(kTag, tag);
    return members;
  }

  // The index of the handle.
  int64_t append(const auto& handle) {
    if (count_ == 0) packed_.handles = val::array();
    packed_.handles.set(count_, handle);
    return count_++;
  }

  json::Value items_of(const auto& items) {
    json::Array array;
    array.reserve(items.size());
    for (const auto& item : items) array.push_back(node(item));
    return array;
  }

  json::Value dict(const auto& members) {
    json::Object object;
    object.reserve(members.size());
    for (const auto& [key, value] : members) object.append(key, node(value));
    if (!object.contains(kTag)) return object;
    json::Array items;
    for (auto& [key, value] : object) items.push_back(json::Array{key, std::move(value)});
    return tagged("dict", {{"items", std::move(items)}});
  }

  json::Value tensor(const char* tag, const Tensor& tensor) {
    json::Object members = describe(tensor);
    members.set("i", append(make_handle(tensor)));
    return tagged(tag, std::move(members));
  }

  json::Value object(const std::shared_ptr<Object>& object) {
    if (!object) return nullptr;
    return tagged("object", {{"i", append(make_handle(object))},
                             {"uid", static_cast<int64_t>(object->uid())}});
  }

  json::Value function(const Function& function) {
    const auto* js_function = dynamic_cast<const JsFunction*>(&function);
    if (js_function == nullptr) return tagged("builtin", {{"name", function.name()}});
    return tagged("function", {{"i", append(js_function->target())}, {"name", function.name()}});
  }

  const bool handles_;
  Packed packed_;
  int count_ = 0;  // of handles
  bool is_tagged_ = false;
};

// Reads the nodes of JSON with tagged nodes.
class Unpacker {
 public:
  explicit Unpacker(const Packed& packed) : packed_(packed) {}

  Tree tree(const json::Value& value) const {
    if (value.is_array()) return Tree::list(trees(value.as_array()));
    if (!value.is_object()) return Tree::from_json(value);
    const json::Object& object = value.as_object();
    if (const json::Value* tag = object.find(kTag)) return tree(tag->as_string(), object);
    Tree::Dict dict;
    dict.members.reserve(object.size());
    for (const auto& [key, item] : object) dict.members.emplace_back(key, tree(item));
    return dict;
  }

  // Replaces nodes by what stands for them in options and configs.
  void resolve(json::Value& value) const {
    if (value.is_array()) {
      for (json::Value& item : value.as_array()) resolve(item);
    } else if (value.is_object()) {
      for (auto& [key, item] : value.as_object()) resolve(item);
      if (value.as_object().contains(kTag)) value = config_node(value.as_object());
    }
  }

 private:
  Tree::Sequence trees(const json::Array& array) const {
    Tree::Sequence items;
    items.reserve(array.size());
    for (const json::Value& item : array) items.push_back(tree(item));
    return items;
  }

  Tree tree(const std::string& tag, const json::Object& node) const {
    if (tag == "tensor") return tensor(node);
    if (tag == "ndarray") return Tree::Ndarray{tensor(node)};
    if (tag == "object") return object(index_of(node));
    if (tag == "function") return function(node);
    if (tag == "builtin") return builtin(node);
    if (tag == "tuple") return Tree::tuple(trees(node.at("items").as_array()));
    if (tag == "slice") {
      const json::Array& parts = node.at("items").as_array();
      return Tree::Slice{tree(parts.at(0)), tree(parts.at(1)), tree(parts.at(2))};
    }
    if (tag == "ellipsis") return Tree::Ellipsis{};
    if (tag == "bytes") return Tree::Bytes{node.at("value").as_string()};
    if (tag == kErrorTag) throw_recorded(node);
    if (tag != "dict") raise_internal_error({"Unknown tag of a packed value: ", tag});
    Tree::Dict dict;
    for (const json::Value& item : node.at("items").as_array()) {
      dict.set(item.as_array().at(0).as_string(), tree(item.as_array().at(1)));
    }
    return dict;
  }

  json::Value config_node(json::Object& node) const {
    const std::string& tag = node.at(kTag).as_string();
    if (tag == "object") return live_value(object(index_of(node)));
    if (tag == "function") return live_value(function(node));
    if (tag == "builtin") return live_value(builtin(node));
    if (tag == kErrorTag) throw_recorded(node);
    if (tag != "dict") raise_internal_error({"Unknown tag of a packed config: ", tag});
    json::Object dict;
    for (json::Value& item : node.find("items")->as_array()) {
      dict.set(item.as_array().at(0).as_string(), std::move(item.as_array().at(1)));
    }
    return dict;
  }

 public:
  std::shared_ptr<Object> object(int index) const {
    return packed_.handles[index].as<ObjectHandlePtr>()->object();
  }

 private:
  static int index_of(const json::Object& node) { return static_cast<int>(node.at("i").as_int()); }

  Tensor tensor(const json::Object& node) const {
    return packed_.handles[index_of(node)].as<TensorHandlePtr>()->tensor;
  }

  std::shared_ptr<Function> function(const json::Object& node) const {
    return std::make_shared<JsFunction>(packed_.handles[index_of(node)],
                                        node.at("name").as_string());
  }

  static std::shared_ptr<Function> builtin(const json::Object& node) {
    return find_builtin_function("activations", node.at("name").as_string());
  }

  const Packed& packed_;
};

}  // namespace

Packed pack(const Tree& value) {
  if (value.is_object() && value.as_object()) {
    const std::shared_ptr<Object>& object = value.as_object();
    Packed packed{.text = kObjectMark + std::to_string(object->uid())};
    packed.handles = val::array();
    packed.handles.set(0, make_handle(object));
    return packed;
  }
  Packer packer;
  return packer.finish(packer.node(value));
}

Packed pack_config(const json::Value& config) {
  JsonText written = write_json(config);
  if (!written.has_tag_key && !written.has_opaque) return {.text = std::move(written.text)};
  Packer packer;
  return packer.finish(packer.node(config));
}

Tree unpack(const Packed& packed) {
  const std::string_view text = packed.text;
  if (text.starts_with(kObjectMark)) return Unpacker(packed).object(0);
  if (!text.starts_with(kTaggedMark)) return Tree::from_json(read_json(text));
  return Unpacker(packed).tree(read_json(text.substr(1)));
}

std::optional<Tree> unpack_optional(const Packed& packed) {
  if (packed.text.empty()) return std::nullopt;
  return unpack(packed);
}

json::Value unpack_config(const Packed& packed) {
  const std::string_view text = packed.text;
  if (text.starts_with(kObjectMark)) return live_value(Unpacker(packed).object(0));
  if (!text.starts_with(kTaggedMark)) return read_json(text);
  json::Value value = read_json(text.substr(1));
  Unpacker(packed).resolve(value);
  return value;
}

std::string encode(const json::Value& value) {
  JsonText written = write_json(value);
  if (!written.has_tag_key) return std::move(written.text);
  Packer packer(false);
  return packer.finish(packer.node(value)).text;
}

json::Value decode(std::string_view text) { return unpack_config({.text = std::string(text)}); }

json::Object describe(const Tensor& tensor) {
  json::Object info{{"shape", FieldTraits<Shape>::write(tensor.shape())},
                    {"dtype", dtype_name(tensor.dtype())}};
  if (tensor.has_data()) return info;
  if (tensor.is_slot()) {
    info.set("traced", true);
    return info;
  }
  info.set("symbolic", true);
  if (const KerasTensorInfo* symbolic = keras_tensor_info(tensor)) {
    info.set("name", symbolic->name);
    info.set("sparse", symbolic->sparse);
    // Unique among the tensors that are alive.
    info.set("id", static_cast<int64_t>(reinterpret_cast<uintptr_t>(tensor.id())));
  }
  return info;
}

Arguments unpack_arguments(const Packed& packed) {
  Tree tree = unpack(packed);
  Tree::Dict& parts = tree.as_dict();
  return {std::move(parts.find("args")->items()), std::move(parts.find("kwargs")->as_dict())};
}

Tree arguments_tree(const Tree::Sequence& args, const Tree::Dict& kwargs) {
  Tree::Dict parts;
  parts.set("args", Tree::list(args));
  parts.set("kwargs", kwargs);
  return parts;
}

Packed pack_arguments(const Tree::Sequence& args, const Tree::Dict& kwargs) {
  return pack(arguments_tree(args, kwargs));
}

}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_codec) {
  using keras::bindings::Packed;
  emscripten::value_object<Packed>("Packed")
      .field("text", &Packed::text)
      .field("handles", &Packed::handles);
}
