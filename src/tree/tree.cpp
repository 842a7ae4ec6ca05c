#include "tree/tree.h"

#include <algorithm>

#include "base/error.h"
#include "base/function_ref.h"
#include "base/lists.h"
#include "base/sort.h"
#include "json/repr.h"
#include "serialization/function.h"
#include "serialization/object.h"

namespace keras {
namespace {

// Members of a dict by sorted key, which is the order of its leaves.
std::vector<size_t> sorted_order(const Tree::Dict& dict) {
  return argsort(
      dict.members.size(),
      [](const void* members, size_t a, size_t b) {
        const auto& all = *static_cast<const std::vector<Tree::Member>*>(members);
        return all[a].first < all[b].first;
      },
      &dict.members);
}

[[noreturn]] void wrong_type(const char* expected, const Tree& tree) {
  raise_type_error({std::string("Expected "), expected, ", received ", repr(tree), " (of type ",
                    python_type(tree), ")"});
}

}  // namespace

const Tree* Tree::Dict::find(std::string_view key) const {
  for (const Member& member : members) {
    if (member.first == key) return &member.second;
  }
  return nullptr;
}

Tree* Tree::Dict::find(std::string_view key) {
  return const_cast<Tree*>(static_cast<const Dict*>(this)->find(key));
}

Tree& Tree::Dict::set(std::string_view key, Tree value) {
  if (Tree* found = find(key)) return *found = std::move(value);
  return members.emplace_back(std::string(key), std::move(value)).second;
}

bool Tree::Dict::erase(std::string_view key) {
  return std::erase_if(members, [&](const Member& m) { return m.first == key; }) > 0;
}

Tree::Tree(Tensor value) {
  if (value) data_ = std::move(value);
}

Tree::Tree(Slice value) : data_(std::make_shared<Slice>(std::move(value))) {}

Tree Tree::from_json(const json::Value& value) {
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

bool Tree::as_bool() const {
  if (const bool* value = std::get_if<bool>(&data_)) return *value;
  if (is_int() || is_float()) return as_number() != 0;
  wrong_type("a boolean", *this);
}

int64_t Tree::as_int() const {
  if (const auto* value = std::get_if<int64_t>(&data_)) return *value;
  if (const bool* value = std::get_if<bool>(&data_)) return *value ? 1 : 0;
  if (const auto* value = std::get_if<double>(&data_)) {
    if (*value == static_cast<double>(static_cast<int64_t>(*value))) {
      return static_cast<int64_t>(*value);
    }
  }
  wrong_type("an integer", *this);
}

double Tree::as_number() const {
  if (const auto* value = std::get_if<double>(&data_)) return *value;
  if (const auto* value = std::get_if<int64_t>(&data_)) return static_cast<double>(*value);
  if (const bool* value = std::get_if<bool>(&data_)) return *value ? 1 : 0;
  wrong_type("a number", *this);
}

const std::string& Tree::as_string() const {
  if (const auto* value = std::get_if<std::string>(&data_)) return *value;
  wrong_type("a string", *this);
}

const Tensor& Tree::as_tensor() const {
  if (const auto* value = std::get_if<Tensor>(&data_)) return *value;
  if (const auto* value = std::get_if<Ndarray>(&data_)) return value->data;
  wrong_type("a tensor", *this);
}

const Tree::Sequence& Tree::items() const {
  if (const auto* value = std::get_if<List>(&data_)) return value->items;
  if (const auto* value = std::get_if<Tuple>(&data_)) return value->items;
  wrong_type("a list", *this);
}

Tree::Sequence& Tree::items() {
  return const_cast<Sequence&>(static_cast<const Tree*>(this)->items());
}

const Tree::Dict& Tree::as_dict() const {
  if (const auto* value = std::get_if<Dict>(&data_)) return *value;
  wrong_type("a dict", *this);
}

Tree::Dict& Tree::as_dict() { return const_cast<Dict&>(static_cast<const Tree*>(this)->as_dict()); }

const Tree::Slice& Tree::as_slice() const {
  if (const auto* value = std::get_if<std::shared_ptr<Slice>>(&data_)) return **value;
  wrong_type("a slice", *this);
}

const std::shared_ptr<Object>& Tree::as_object() const {
  if (const auto* value = std::get_if<std::shared_ptr<Object>>(&data_)) return *value;
  wrong_type("an object", *this);
}

const std::shared_ptr<Function>& Tree::as_function() const {
  if (const auto* value = std::get_if<std::shared_ptr<Function>>(&data_)) return *value;
  wrong_type("a function", *this);
}

void for_each_leaf(const Tree& tree, FunctionRef<void(const Tree&)> visit) {
  if (tree.is_sequence()) {
    for (const Tree& item : tree.items()) for_each_leaf(item, visit);
  } else if (tree.is_dict()) {
    const auto& dict = tree.as_dict();
    for (size_t i : sorted_order(dict)) for_each_leaf(dict.members[i].second, visit);
  } else {
    visit(tree);
  }
}

std::vector<Tree> flatten(const Tree& tree) {
  std::vector<Tree> leaves;
  for_each_leaf(tree, [&](const Tree& leaf) { leaves.push_back(leaf); });
  return leaves;
}

std::vector<Tensor> flatten_tensors(const Tree& tree) {
  std::vector<Tensor> tensors;
  for_each_leaf(tree, [&](const Tree& leaf) {
    if (leaf.is_tensor()) tensors.push_back(leaf.as_tensor());
  });
  return tensors;
}

Tree map_structure(const Tree& tree, FunctionRef<Tree(const Tree&)> replace) {
  if (tree.is_sequence()) {
    Tree::Sequence items;
    items.reserve(tree.items().size());
    for (const Tree& item : tree.items()) items.push_back(map_structure(item, replace));
    return tree.is_list() ? Tree::list(std::move(items)) : Tree::tuple(std::move(items));
  }
  if (tree.is_dict()) {
    Tree::Dict out = tree.as_dict();
    for (size_t i : sorted_order(out)) {
      out.members[i].second = map_structure(tree.as_dict().members[i].second, replace);
    }
    return out;
  }
  return replace(tree);
}

Tree pack_as(const Tree& structure, const std::vector<Tree>& leaves) {
  size_t next = 0;
  Tree packed = map_structure(structure, [&](const Tree&) {
    if (next >= leaves.size()) raise_value_error({"Too few values for the structure"});
    return leaves[next++];
  });
  if (next != leaves.size()) raise_value_error({"Too many values for the structure"});
  return packed;
}

bool same_structure(const Tree& a, const Tree& b, bool strict) {
  if (a.is_sequence() && b.is_sequence()) {
    if (strict && a.is_list() != b.is_list()) return false;
    return a.items().size() == b.items().size() &&
           std::equal(a.items().begin(), a.items().end(), b.items().begin(),
                      [&](const Tree& x, const Tree& y) { return same_structure(x, y, strict); });
  }
  if (a.is_dict() && b.is_dict()) {
    if (a.as_dict().size() != b.as_dict().size()) return false;
    return std::all_of(a.as_dict().members.begin(), a.as_dict().members.end(),
                       [&](const Tree::Member& member) {
                         const Tree* other = b.as_dict().find(member.first);
                         return other != nullptr && same_structure(member.second, *other, strict);
                       });
  }
  return !a.is_nested() && !b.is_nested();
}

std::string repr(const Tree& tree) {
  const auto join = [](const Tree::Sequence& items) {
    std::string out;
    for (const Tree& item : items) append_item(out, repr(item));
    return out;
  };
  if (tree.is_none()) return "None";
  if (tree.is_bool()) return tree.as_bool() ? "True" : "False";
  if (tree.is_int()) return std::to_string(tree.as_int());
  if (tree.is_float()) return repr(tree.as_number());
  if (tree.is_string()) return repr_string(tree.as_string());
  if (tree.is_list()) return "[" + join(tree.items()) + "]";
  if (tree.is_tuple()) {
    return "(" + join(tree.items()) + (tree.items().size() == 1 ? ",)" : ")");
  }
  if (tree.is_dict()) {
    std::string out;
    for (const auto& [key, value] : tree.as_dict().members) {
      append_item(out, repr_string(key) + ": " + repr(value));
    }
    return "{" + out + "}";
  }
  if (tree.is_slice()) {
    const auto& slice = tree.as_slice();
    return "slice(" + repr(slice.start) + ", " + repr(slice.stop) + ", " + repr(slice.step) + ")";
  }
  if (tree.is_ellipsis()) return "Ellipsis";
  if (tree.is_bytes()) return "b" + repr_string(tree.as_bytes().value);
  if (tree.is_object()) {
    const auto& object = tree.as_object();
    return object ? object->python_repr() : "None";
  }
  if (tree.is_function()) return "<function " + tree.as_function()->name() + ">";
  const Tensor& tensor = tree.as_tensor();
  const std::string body =
      "shape=" + repr(tensor.shape()) + ", dtype=" + std::string(dtype_name(tensor.dtype()));
  if (const SymbolicInfo* info = tensor.symbolic_info()) {
    return "<KerasTensor " + body + info->description() + ">";
  }
  if (tensor.is_abstract()) return "<KerasTensor " + body + ">";
  return "<Tensor " + body + ">";
}

std::string python_type(const Tree& tree) {
  const char* name = "NoneType";
  if (tree.is_bool()) name = "bool";
  if (tree.is_int()) name = "int";
  if (tree.is_float()) name = "float";
  if (tree.is_string()) name = "str";
  if (tree.is_list()) name = "list";
  if (tree.is_tuple()) name = "tuple";
  if (tree.is_dict()) name = "dict";
  if (tree.is_slice()) name = "slice";
  if (tree.is_ellipsis()) name = "ellipsis";
  if (tree.is_bytes()) name = "bytes";
  if (tree.is_ndarray()) name = "numpy.ndarray";
  if (tree.is_function()) name = "function";
  if (tree.is_tensor()) {
    name = tree.as_tensor().is_abstract() ? "keras.src.backend.common.keras_tensor.KerasTensor"
                                          : "Tensor";
  }
  if (tree.is_object() && tree.as_object()) {
    const ClassInfo& info = tree.as_object()->class_info();
    return "<class '" + std::string(info.module) + "." + std::string(info.class_name) + "'>";
  }
  return "<class '" + std::string(name) + "'>";
}

}  // namespace keras
