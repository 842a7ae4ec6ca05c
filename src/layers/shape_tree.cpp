#include "layers/shape_tree.h"

#include <algorithm>

#include "base/error.h"
#include "base/function_ref.h"
#include "base/lists.h"
#include "base/sort.h"
#include "json/repr.h"
#include "serialization/fields.h"

namespace keras {

const Shape& ShapeTree::shape() const {
  if (const auto* shape = std::get_if<Shape>(&data_)) return *shape;
  raise_value_error({"Cannot convert '", repr(*this), "' to a shape."});
}

const ShapeTree::List& ShapeTree::list() const {
  if (const auto* list = std::get_if<List>(&data_)) return *list;
  raise_value_error({"Expected a list of shapes. Received: ", repr(*this)});
}

const ShapeTree::Dict& ShapeTree::dict() const {
  if (const auto* dict = std::get_if<Dict>(&data_)) return *dict;
  raise_value_error({"Expected a dict of shapes. Received: ", repr(*this)});
}

std::vector<Shape> ShapeTree::flat() const {
  std::vector<Shape> out;
  const auto append = [&](const ShapeTree& tree) {
    for (Shape& shape : tree.flat()) out.push_back(std::move(shape));
  };
  if (is_shape()) out.push_back(shape());
  if (is_list()) std::for_each(list().begin(), list().end(), append);
  if (is_dict()) {
    std::vector<const Dict::value_type*> members;
    for (const auto& member : dict()) members.push_back(&member);
    sort_stably(members, [](const auto* a, const auto* b) { return a->first < b->first; });
    for (const auto* member : members) append(member->second);
  }
  return out;
}

ShapeTree shapes_of(const Tree& tree) {
  if (tree.is_tensor()) return tree.as_tensor().shape();
  if (tree.is_ndarray()) return tree.as_ndarray().data.shape();
  if (tree.is_sequence()) {
    ShapeTree::List items;
    for (const Tree& item : tree.items()) items.push_back(shapes_of(item));
    return items;
  }
  if (tree.is_dict()) {
    ShapeTree::Dict members;
    for (const auto& [key, value] : tree.as_dict().members)
      members.emplace_back(key, shapes_of(value));
    return members;
  }
  return {};
}

Tree map_shapes(const ShapeTree& tree, FunctionRef<Tree(const Shape&)> make) {
  if (tree.is_shape()) return make(tree.shape());
  if (tree.is_list()) {
    Tree::Sequence items;
    for (const ShapeTree& item : tree.list()) items.push_back(map_shapes(item, make));
    return Tree::list(std::move(items));
  }
  if (tree.is_dict()) {
    Tree::Dict dict;
    for (const auto& [key, item] : tree.dict()) dict.set(key, map_shapes(item, make));
    return dict;
  }
  return {};
}

ShapeTree shape_tree_from_json(const json::Value& value) {
  if (value.is_null()) return {};
  if (value.is_object()) {
    ShapeTree::Dict members;
    for (const auto& [key, item] : value.as_object())
      members.emplace_back(key, shape_tree_from_json(item));
    return members;
  }
  if (value.is_array()) {
    const auto& items = value.as_array();
    const bool nested = std::any_of(items.begin(), items.end(), [](const json::Value& item) {
      return item.is_array() || item.is_object();
    });
    if (nested) {
      ShapeTree::List list;
      for (const json::Value& item : items) list.push_back(shape_tree_from_json(item));
      return list;
    }
  }
  return FieldTraits<Shape>::read(value);
}

json::Value to_json(const ShapeTree& tree) {
  if (tree.is_shape()) return FieldTraits<Shape>::write(tree.shape());
  if (tree.is_list()) {
    json::Array array;
    for (const ShapeTree& item : tree.list()) array.push_back(to_json(item));
    return array;
  }
  if (tree.is_dict()) {
    json::Object object;
    for (const auto& [key, item] : tree.dict()) object.set(key, to_json(item));
    return object;
  }
  return nullptr;
}

std::string repr(const ShapeTree& tree) {
  if (tree.is_none()) return "None";
  if (tree.is_shape()) return repr(tree.shape());
  std::string out;
  if (tree.is_list()) {
    for (const ShapeTree& item : tree.list()) append_item(out, repr(item));
    return "[" + out + "]";
  }
  for (const auto& [key, item] : tree.dict())
    append_item(out, repr_string(key) + ": " + repr(item));
  return "{" + out + "}";
}

const ShapeTree& BuildShapes::first() const {
  static const ShapeTree kNothing;
  return items.empty() ? kNothing : items.front().second;
}

const ShapeTree& BuildShapes::get(std::string_view name) const {
  static const ShapeTree kNothing;
  for (const auto& [key, tree] : items) {
    if (key == name) return tree;
  }
  return kNothing;
}

}  // namespace keras
