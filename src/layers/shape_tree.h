// Shapes nested as the inputs of a layer are: one shape, a list of them, a dict of them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/function_ref.h"
#include "base/shape.h"
#include "json/value.h"
#include "tree/tree.h"

namespace keras {

class ShapeTree {
 public:
  using List = std::vector<ShapeTree>;
  using Dict = std::vector<std::pair<std::string, ShapeTree>>;

  ShapeTree() = default;  // None
  ShapeTree(Shape shape) : data_(std::move(shape)) {}
  ShapeTree(List items) : data_(std::move(items)) {}
  ShapeTree(Dict members) : data_(std::move(members)) {}

  bool is_none() const { return data_.index() == 0; }
  bool is_shape() const { return data_.index() == 1; }
  bool is_list() const { return data_.index() == 2; }
  bool is_dict() const { return data_.index() == 3; }

  // The single shape; ValueError for any other structure.
  const Shape& shape() const;
  const List& list() const;
  const Dict& dict() const;
  // Every shape, dicts by sorted key; missing ones are left out.
  std::vector<Shape> flat() const;

  bool operator==(const ShapeTree&) const = default;

 private:
  std::variant<std::monostate, Shape, List, Dict> data_;
};

// The shapes of the tensors of a tree; other leaves become None.
ShapeTree shapes_of(const Tree& tree);
// Tensors with those shapes, made by `make`.
Tree map_shapes(const ShapeTree& tree, FunctionRef<Tree(const Shape&)> make);
// A list of numbers and nulls is one shape, any other list a list of shapes.
ShapeTree shape_tree_from_json(const json::Value& value);
json::Value to_json(const ShapeTree& tree);
std::string repr(const ShapeTree& tree);

// The arguments of a build: names such as `input_shape` or `query_shape`.
struct BuildShapes {
  std::vector<std::pair<std::string, ShapeTree>> items;

  const ShapeTree& first() const;
  // None when there is no such argument.
  const ShapeTree& get(std::string_view name) const;
};

}  // namespace keras
