#include "serialization/nest.h"

#include <algorithm>

#include "base/error.h"
#include "base/function_ref.h"
#include "base/sort.h"
#include "json/repr.h"
#include "serialization/function.h"
#include "serialization/object.h"

namespace keras {
namespace {

// Members of a dict by sorted key: the order in which its leaves are numbered.
std::vector<size_t> sorted_order(const Nest::Dict& dict) {
  return sort_places(
      dict.members.size(),
      [](const void* members, size_t a, size_t b) {
        const auto& all = *static_cast<const std::vector<Nest::Member>*>(members);
        return all[a].first < all[b].first;
      },
      &dict.members);
}

[[noreturn]] void wrong_type(const char* expected, const Nest& nest) {
  raise_type_error({std::string("Expected "), expected, ", received ", repr(nest), " (of type ",
                    python_type(nest), ")"});
}

}  // namespace

const Nest* Nest::Dict::find(std::string_view key) const {
  for (const Member& member : members) {
    if (member.first == key) return &member.second;
  }
  return nullptr;
}

Nest* Nest::Dict::find(std::string_view key) {
  return const_cast<Nest*>(static_cast<const Dict*>(this)->find(key));
}

Nest& Nest::Dict::set(std::string_view key, Nest value) {
  if (Nest* found = find(key)) return *found = std::move(value);
  return members.emplace_back(std::string(key), std::move(value)).second;
}

bool Nest::Dict::erase(std::string_view key) {
  return std::erase_if(members, [&](const Member& m) { return m.first == key; }) > 0;
}

Nest::Nest(Tensor value) {
  if (value) data_ = std::move(value);
}

Nest::Nest(Slice value) : data_(std::make_shared<Slice>(std::move(value))) {}

Nest Nest::from_json(const json::Value& value) {
  if (value.is_null()) return {};
  if (value.is_bool()) return value.as_bool();
  if (value.is_int()) return value.as_int();
  if (value.is_double()) return value.as_double();
  if (value.is_string()) return value.as_string();
  if (value.is_array()) {
    Sequence items;
    for (const json::Value& item : value.as_array()) items.push_back(from_json(item));
    return list(std::move(items));
  }
  Dict dict;
  for (const auto& [key, item] : value.as_object()) dict.members.emplace_back(key, from_json(item));
  return dict;
}

bool Nest::as_bool() const {
  if (const bool* value = std::get_if<bool>(&data_)) return *value;
  if (is_int() || is_float()) return as_number() != 0;
  wrong_type("a boolean", *this);
}

int64_t Nest::as_int() const {
  if (const auto* value = std::get_if<int64_t>(&data_)) return *value;
  if (const bool* value = std::get_if<bool>(&data_)) return *value ? 1 : 0;
  if (const auto* value = std::get_if<double>(&data_)) {
    if (*value == static_cast<double>(static_cast<int64_t>(*value))) {
      return static_cast<int64_t>(*value);
    }
  }
  wrong_type("an integer", *this);
}

double Nest::as_number() const {
  if (const auto* value = std::get_if<double>(&data_)) return *value;
  if (const auto* value = std::get_if<int64_t>(&data_)) return static_cast<double>(*value);
  if (const bool* value = std::get_if<bool>(&data_)) return *value ? 1 : 0;
  wrong_type("a number", *this);
}

const std::string& Nest::as_string() const {
  if (const auto* value = std::get_if<std::string>(&data_)) return *value;
  wrong_type("a string", *this);
}

const Tensor& Nest::as_tensor() const {
  if (const auto* value = std::get_if<Tensor>(&data_)) return *value;
  if (const auto* value = std::get_if<Ndarray>(&data_)) return value->data;
  wrong_type("a tensor", *this);
}

const Nest::Sequence& Nest::items() const {
  if (const auto* value = std::get_if<List>(&data_)) return value->items;
  if (const auto* value = std::get_if<Tuple>(&data_)) return value->items;
  wrong_type("a list", *this);
}

Nest::Sequence& Nest::items() {
  return const_cast<Sequence&>(static_cast<const Nest*>(this)->items());
}

const Nest::Dict& Nest::as_dict() const {
  if (const auto* value = std::get_if<Dict>(&data_)) return *value;
  wrong_type("a dict", *this);
}

Nest::Dict& Nest::as_dict() { return const_cast<Dict&>(static_cast<const Nest*>(this)->as_dict()); }

const Nest::Slice& Nest::as_slice() const {
  if (const auto* value = std::get_if<std::shared_ptr<Slice>>(&data_)) return **value;
  wrong_type("a slice", *this);
}

const std::shared_ptr<Object>& Nest::as_object() const {
  if (const auto* value = std::get_if<std::shared_ptr<Object>>(&data_)) return *value;
  wrong_type("an object", *this);
}

const std::shared_ptr<Function>& Nest::as_function() const {
  if (const auto* value = std::get_if<std::shared_ptr<Function>>(&data_)) return *value;
  wrong_type("a function", *this);
}

void for_each_leaf(const Nest& nest, FunctionRef<void(const Nest&)> visit) {
  if (nest.is_sequence()) {
    for (const Nest& item : nest.items()) for_each_leaf(item, visit);
  } else if (nest.is_dict()) {
    const auto& dict = nest.as_dict();
    for (size_t i : sorted_order(dict)) for_each_leaf(dict.members[i].second, visit);
  } else {
    visit(nest);
  }
}

std::vector<Nest> flatten(const Nest& nest) {
  std::vector<Nest> leaves;
  for_each_leaf(nest, [&](const Nest& leaf) { leaves.push_back(leaf); });
  return leaves;
}

std::vector<Tensor> flatten_tensors(const Nest& nest) {
  std::vector<Tensor> tensors;
  for_each_leaf(nest, [&](const Nest& leaf) {
    if (leaf.is_tensor()) tensors.push_back(leaf.as_tensor());
  });
  return tensors;
}

Nest map_structure(const Nest& nest, FunctionRef<Nest(const Nest&)> replace) {
  if (nest.is_sequence()) {
    Nest::Sequence items;
    items.reserve(nest.items().size());
    for (const Nest& item : nest.items()) items.push_back(map_structure(item, replace));
    return nest.is_list() ? Nest::list(std::move(items)) : Nest::tuple(std::move(items));
  }
  if (nest.is_dict()) {
    Nest::Dict out = nest.as_dict();
    for (size_t i : sorted_order(out)) {
      out.members[i].second = map_structure(nest.as_dict().members[i].second, replace);
    }
    return out;
  }
  return replace(nest);
}

Nest pack_as(const Nest& structure, const std::vector<Nest>& leaves) {
  size_t next = 0;
  Nest packed = map_structure(structure, [&](const Nest&) {
    if (next >= leaves.size()) raise_value_error({"Too few values for the structure"});
    return leaves[next++];
  });
  if (next != leaves.size()) raise_value_error({"Too many values for the structure"});
  return packed;
}

bool same_structure(const Nest& a, const Nest& b, bool strict) {
  if (a.is_sequence() && b.is_sequence()) {
    if (strict && a.is_list() != b.is_list()) return false;
    return a.items().size() == b.items().size() &&
           std::equal(a.items().begin(), a.items().end(), b.items().begin(),
                      [&](const Nest& x, const Nest& y) { return same_structure(x, y, strict); });
  }
  if (a.is_dict() && b.is_dict()) {
    if (a.as_dict().size() != b.as_dict().size()) return false;
    return std::all_of(a.as_dict().members.begin(), a.as_dict().members.end(),
                       [&](const Nest::Member& member) {
                         const Nest* other = b.as_dict().find(member.first);
                         return other != nullptr && same_structure(member.second, *other, strict);
                       });
  }
  return !a.is_nested() && !b.is_nested();
}

std::string repr(const Nest& nest) {
  const auto join = [](const Nest::Sequence& items) {
    std::string out;
    for (const Nest& item : items) {
      if (!out.empty()) out += ", ";
      out += repr(item);
    }
    return out;
  };
  if (nest.is_none()) return "None";
  if (nest.is_bool()) return nest.as_bool() ? "True" : "False";
  if (nest.is_int()) return std::to_string(nest.as_int());
  if (nest.is_float()) return repr(nest.as_number());
  if (nest.is_string()) return repr_string(nest.as_string());
  if (nest.is_list()) return "[" + join(nest.items()) + "]";
  if (nest.is_tuple()) {
    return "(" + join(nest.items()) + (nest.items().size() == 1 ? ",)" : ")");
  }
  if (nest.is_dict()) {
    std::string out;
    for (const auto& [key, value] : nest.as_dict().members) {
      if (!out.empty()) out += ", ";
      out += repr_string(key) + ": " + repr(value);
    }
    return "{" + out + "}";
  }
  if (nest.is_slice()) {
    const auto& slice = nest.as_slice();
    return "slice(" + repr(slice.start) + ", " + repr(slice.stop) + ", " + repr(slice.step) + ")";
  }
  if (nest.is_ellipsis()) return "Ellipsis";
  if (nest.is_bytes()) return "b" + repr_string(nest.as_bytes().value);
  if (nest.is_object()) {
    const auto& object = nest.as_object();
    return object ? object->python_repr() : "None";
  }
  if (nest.is_function()) return "<function " + nest.as_function()->name() + ">";
  const Tensor& tensor = nest.as_tensor();
  const std::string body =
      "shape=" + repr(tensor.shape()) + ", dtype=" + std::string(dtype_name(tensor.dtype()));
  if (const SymbolicInfo* info = tensor.symbolic_info()) {
    return "<KerasTensor " + body + info->description() + ">";
  }
  if (tensor.is_abstract()) return "<KerasTensor " + body + ">";
  return "<Tensor " + body + ">";
}

std::string python_type(const Nest& nest) {
  const char* name = "NoneType";
  if (nest.is_bool()) name = "bool";
  if (nest.is_int()) name = "int";
  if (nest.is_float()) name = "float";
  if (nest.is_string()) name = "str";
  if (nest.is_list()) name = "list";
  if (nest.is_tuple()) name = "tuple";
  if (nest.is_dict()) name = "dict";
  if (nest.is_slice()) name = "slice";
  if (nest.is_ellipsis()) name = "ellipsis";
  if (nest.is_bytes()) name = "bytes";
  if (nest.is_ndarray()) name = "numpy.ndarray";
  if (nest.is_function()) name = "function";
  if (nest.is_tensor()) {
    name = nest.as_tensor().is_abstract() ? "keras.src.backend.common.keras_tensor.KerasTensor"
                                          : "Tensor";
  }
  if (nest.is_object() && nest.as_object()) {
    const ClassInfo& info = nest.as_object()->class_info();
    return "<class '" + std::string(info.module) + "." + std::string(info.class_name) + "'>";
  }
  return "<class '" + std::string(name) + "'>";
}

}  // namespace keras
