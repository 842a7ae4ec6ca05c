// A graph between input and output tensors: which operations and calls belong to it, and in what
// order they are listed and run (keras/src/ops/function.py). Linear in nodes; no recursion, so
// depth has no limit.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/function_ref.h"
#include "graph/node.h"
#include "graph/operation.h"

namespace keras {

class Graph {
 public:
  // Nests of KerasTensors. Throws Keras's ValueErrors for empty inputs, disconnected tensors,
  // cycles and names used twice.
  Graph(Tree inputs, Tree outputs);
  Graph() = default;

  // As they were given.
  const Tree& input_structure() const { return input_structure_; }
  const Tree& output_structure() const { return output_structure_; }
  const std::vector<Tensor>& inputs() const { return inputs_; }
  const std::vector<Tensor>& outputs() const { return outputs_; }

  // By depth, then by the order of the traversal: the order of `layers` and of the config.
  const std::vector<std::shared_ptr<Operation>>& operations() const { return operations_; }
  // Calls in the order in which they run; inputs are left out.
  const std::vector<std::shared_ptr<Node>>& run_order() const { return run_order_; }
  bool contains(const Node* node) const { return first_values_.contains(node); }
  // The number of calls on each depth, for summary().
  const std::vector<std::vector<Node*>>& nodes_by_depth() const { return nodes_by_depth_; }

  // Runs the calls: `call` gets the operation and the arguments of each node with every tensor
  // replaced, and returns the outputs. Values are matched with the node's outputs by position. The
  // result has the structure of the outputs. Throws ValueError "Output with path `` is not
  // connected to `inputs`".
  using Call = FunctionRef<Tree(const std::shared_ptr<Operation>& operation, Tree::Sequence args,
                                Tree::Dict kwargs)>;
  Tree run(const std::vector<Tree>& inputs, const Call& call) const;

 private:
  class Builder;
  static constexpr size_t kNoValue = static_cast<size_t>(-1);

  // The number of a value that a call of the graph makes.
  size_t value_of(const Tensor& tensor) const;
  void check_connected() const;
  void check_parent(const Node& node, size_t argument, size_t value) const;
  void check_names() const;

  Tree input_structure_;
  Tree output_structure_;
  std::vector<Tensor> inputs_;
  std::vector<Tensor> outputs_;
  std::vector<std::shared_ptr<Operation>> operations_;
  std::vector<std::shared_ptr<Node>> run_order_;
  std::vector<std::shared_ptr<Node>> input_nodes_;  // keeps the input layers' calls alive
  std::vector<std::vector<Node*>> nodes_by_depth_;  // deepest (nearest to the inputs) first

  // The values of a run by number: of each call's first output, of the arguments of the calls one
  // after the other in the run order, of the inputs and of the outputs.
  std::unordered_map<const Node*, size_t> first_values_;
  std::vector<size_t> argument_values_;
  std::vector<size_t> input_values_;
  std::vector<size_t> output_values_;
  size_t value_count_ = 0;
};

// The calls that lead from `inputs` to `outputs`, each after those it needs; the calls that made
// the inputs are left out.
std::vector<std::shared_ptr<Node>> calls_between(const std::vector<Tensor>& inputs,
                                                 const std::vector<Tensor>& outputs);

// The dotted path of leaf `index` in the structure: `output2`, `0.foo`, empty for a single leaf.
std::string leaf_path(const Tree& structure, size_t index);

}  // namespace keras
