// The operation object of every row, and the graph nodes that the functions of ops/*.h make.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/operation.h"
#include "ops/table/row.h"

namespace keras::ops {

// A row with its signature parsed.
struct RowInfo {
  explicit RowInfo(const OpRow& row);
  RowInfo(const RowInfo&) = delete;
  RowInfo& operator=(const RowInfo&) = delete;

  const OpRow& row;
  std::vector<OpParameter> parameters;
  CallSignature call_signature;
};

class RowOperation final : public Operation {
 public:
  explicit RowOperation(const RowInfo& info);

  void fields(FieldVisitor& f) override;
  json::Object get_config() const override;
  const CallSignature& call_signature() const override { return info_.call_signature; }
  Tree call(const CallArgs& args) override;

 private:
  const RowInfo& info_;
  std::vector<json::Value> values_;  // of the fields, in their order
};

// True when a function must make a graph node instead of computing: an argument is a KerasTensor.
bool makes_node(std::initializer_list<const Operand*> operands);
inline bool makes_node(const Operand& x) { return makes_node({&x}); }
bool makes_node(const std::vector<Tensor>& tensors);

// An argument of a graph node, from any type that functions of ops/*.h take.
class NodeArgument {
 public:
  NodeArgument(Tree value) : value_(std::move(value)) {}
  NodeArgument(const Operand& x) : value_(x.tree()) {}
  NodeArgument(const Tensor& x) : value_(x) {}
  NodeArgument(const std::vector<Tensor>& xs)
      : value_(Tree::list(Tree::Sequence(xs.begin(), xs.end()))) {}
  NodeArgument(bool value) : value_(value) {}
  NodeArgument(int value) : value_(value) {}
  NodeArgument(int64_t value) : value_(value) {}
  NodeArgument(double value) : value_(value) {}
  NodeArgument(const char* value) : value_(value) {}
  NodeArgument(std::string_view value) : value_(std::string(value)) {}
  NodeArgument(const std::string& value) : value_(value) {}
  NodeArgument(DType value) : value_(std::string(dtype_name(value))) {}
  NodeArgument(const json::Value& value) : value_(Tree::from_json(value)) {}
  NodeArgument(const Axes& axes) : NodeArgument(axes.json()) {}
  NodeArgument(const Shape& shape) : NodeArgument(FieldTraits<Shape>::write(shape)) {}
  NodeArgument(const Ints& ints) : NodeArgument(FieldTraits<Ints>::write(ints)) {}
  NodeArgument(const std::vector<int64_t>& ints);
  template <class T>
  NodeArgument(const std::optional<T>& value) {
    if (value) *this = NodeArgument(*value);
  }

  const Tree& value() const { return value_; }

 private:
  Tree value_;
};

// Calls a new operation of the row. The arguments follow the signature; those left out have their
// defaults.
Tree make_nodes(const OpRow& row, std::initializer_list<NodeArgument> arguments);
// The same for a row that takes any number of arguments.
Tree call_row(const OpRow& row, const Tree::Sequence& arguments);
inline Tensor make_node(const OpRow& row, std::initializer_list<NodeArgument> arguments) {
  return make_nodes(row, arguments).as_tensor();
}

}  // namespace keras::ops
