// A Python value in the arguments of calls and in configs: tensors, constants, lists,
// tuples, dicts, slices, objects (keras/src/tree). Leaves are ordered by list position and
// by sorted dict key.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/function_ref.h"
#include "json/value.h"
#include "tensor/tensor.h"

namespace keras {

class Object;
class Function;

class Tree {
 public:
  using Sequence = std::vector<Tree>;
  using Member = std::pair<std::string, Tree>;

  struct List {
    Sequence items;
  };
  struct Tuple {
    Sequence items;
  };
  struct Dict {
    std::vector<Member> members;  // in insertion order

    const Tree* find(std::string_view key) const;
    Tree* find(std::string_view key);
    bool contains(std::string_view key) const { return find(key) != nullptr; }
    Tree& set(std::string_view key, Tree value);
    bool erase(std::string_view key);
    bool empty() const { return members.empty(); }
    size_t size() const { return members.size(); }
  };
  struct Slice;
  struct Ellipsis {};
  struct Bytes {
    std::string value;
  };
  // A NumPy array: constant data in a graph, as opposed to a backend tensor.
  struct Ndarray {
    Tensor data;
  };

  Tree() = default;  // None
  Tree(std::nullptr_t) {}
  Tree(bool value) : data_(value) {}
  Tree(int value) : data_(int64_t{value}) {}
  Tree(int64_t value) : data_(value) {}
  Tree(double value) : data_(value) {}
  Tree(const char* value) : data_(std::string(value)) {}
  Tree(std::string value) : data_(std::move(value)) {}
  // A null tensor becomes None.
  Tree(Tensor value);
  Tree(List value) : data_(std::move(value)) {}
  Tree(Tuple value) : data_(std::move(value)) {}
  Tree(Dict value) : data_(std::move(value)) {}
  Tree(Slice value);
  Tree(Ellipsis value) : data_(value) {}
  Tree(Bytes value) : data_(std::move(value)) {}
  Tree(Ndarray value) : data_(std::move(value)) {}
  Tree(std::shared_ptr<Object> value) : data_(std::move(value)) {}
  Tree(std::shared_ptr<Function> value) : data_(std::move(value)) {}

  static Tree list(Sequence items) { return Tree(List{std::move(items)}); }
  static Tree tuple(Sequence items) { return Tree(Tuple{std::move(items)}); }
  // Plain JSON: arrays become lists, objects dicts.
  static Tree from_json(const json::Value& value);

  bool is_none() const { return data_.index() == 0; }
  bool is_bool() const { return std::holds_alternative<bool>(data_); }
  bool is_int() const { return std::holds_alternative<int64_t>(data_); }
  bool is_float() const { return std::holds_alternative<double>(data_); }
  bool is_number() const { return is_int() || is_float() || is_bool(); }
  bool is_string() const { return std::holds_alternative<std::string>(data_); }
  bool is_tensor() const { return std::holds_alternative<Tensor>(data_); }
  bool is_list() const { return std::holds_alternative<List>(data_); }
  bool is_tuple() const { return std::holds_alternative<Tuple>(data_); }
  bool is_sequence() const { return is_list() || is_tuple(); }
  bool is_dict() const { return std::holds_alternative<Dict>(data_); }
  bool is_nested() const { return is_sequence() || is_dict(); }
  bool is_slice() const { return std::holds_alternative<std::shared_ptr<Slice>>(data_); }
  bool is_ellipsis() const { return std::holds_alternative<Ellipsis>(data_); }
  bool is_bytes() const { return std::holds_alternative<Bytes>(data_); }
  bool is_ndarray() const { return std::holds_alternative<Ndarray>(data_); }
  bool is_object() const { return std::holds_alternative<std::shared_ptr<Object>>(data_); }
  bool is_function() const { return std::holds_alternative<std::shared_ptr<Function>>(data_); }

  // TypeError for other kinds of values.
  bool as_bool() const;
  int64_t as_int() const;
  double as_number() const;
  const std::string& as_string() const;
  const Tensor& as_tensor() const;
  const Sequence& items() const;  // items of a list or tuple
  Sequence& items();
  const Dict& as_dict() const;
  Dict& as_dict();
  const Slice& as_slice() const;
  const Bytes& as_bytes() const { return std::get<Bytes>(data_); }
  const Ndarray& as_ndarray() const { return std::get<Ndarray>(data_); }
  const std::shared_ptr<Object>& as_object() const;
  const std::shared_ptr<Function>& as_function() const;

 private:
  std::variant<std::monostate, bool, int64_t, double, std::string, Tensor, List, Tuple, Dict,
               std::shared_ptr<Slice>, Ellipsis, Bytes, Ndarray, std::shared_ptr<Object>,
               std::shared_ptr<Function>>
      data_;
};

struct Tree::Slice {
  Tree start, stop, step;
};

// The leaves in order; None is a leaf.
std::vector<Tree> flatten(const Tree& tree);
// The tensors among the leaves.
std::vector<Tensor> flatten_tensors(const Tree& tree);
// Visits the leaves in order.
void for_each_leaf(const Tree& tree, FunctionRef<void(const Tree&)> visit);
// The same tree with every leaf replaced. Leaves are visited in order.
Tree map_structure(const Tree& tree, FunctionRef<Tree(const Tree&)> replace);
// The same tree with its leaves taken in order from `leaves`.
Tree pack_as(const Tree& structure, const std::vector<Tree>& leaves);
// Whether containers, lengths and keys agree. `strict` distinguishes lists from tuples.
bool same_structure(const Tree& a, const Tree& b, bool strict = true);

// As Python prints it; tensors as `<KerasTensor shape=(None, 3), dtype=float32, ...>`.
std::string repr(const Tree& tree);
// Python's type(x) as printed: `<class 'int'>`.
std::string python_type(const Tree& tree);

}  // namespace keras
