// A tree of shapes, like the inputs of a layer: one shape, a list or a dict.
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

  // ValueError unless this is a single shape.
  const Shape& shape() const;
  const List& list() const;
  const Dict& dict() const;
  // All shapes in leaf order, without Nones.
  std::vector<Shape> flat() const;

  bool operator==(const ShapeTree&) const = default;

 private:
  std::variant<std::monostate, Shape, List, Dict> data_;
};

// The shapes of a tree's tensors; other leaves become None.
ShapeTree shapes_of(const Tree& tree);
// Replaces each shape by the tensor that `make` returns.
Tree map_shapes(const ShapeTree& tree, FunctionRef<Tree(const Shape&)> make);
// A list of numbers and nulls is a shape; any other list is a list of shapes.
ShapeTree shape_tree_from_json(const json::Value& value);
json::Value to_json(const ShapeTree& tree);
std::string repr(const ShapeTree& tree);

// The arguments of a build, by names such as `input_shape` or `query_shape`.
struct BuildShapes {
  std::vector<std::pair<std::string, ShapeTree>> items;

  const ShapeTree& first() const;
  // None when missing.
  const ShapeTree& get(std::string_view name) const;
};

}  // namespace keras
