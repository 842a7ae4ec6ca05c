// The graph between input and output tensors: its operations and calls, in listing and run order
// (keras/src/ops/function.py). Linear in nodes, and not recursive, so depth is unlimited.
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
  // `inputs` and `outputs` are trees of KerasTensors. Keras's ValueErrors for empty inputs,
  // disconnected tensors, cycles and duplicate names.
  Graph(Tree inputs, Tree outputs);
  Graph() = default;

  // As given.
  const Tree& input_structure() const { return input_structure_; }
  const Tree& output_structure() const { return output_structure_; }
  const std::vector<Tensor>& inputs() const { return inputs_; }
  const std::vector<Tensor>& outputs() const { return outputs_; }

  // By depth, then by traversal order: the order of `layers` and of the config.
  const std::vector<std::shared_ptr<Operation>>& operations() const { return operations_; }
  // Calls in run order, without inputs.
  const std::vector<std::shared_ptr<Node>>& run_order() const { return run_order_; }
  bool contains(const Node* node) const { return first_values_.contains(node); }
  // Calls by depth, for summary().
  const std::vector<std::vector<Node*>>& nodes_by_depth() const { return nodes_by_depth_; }

  // Runs the graph: `call` receives the operation and arguments of each node, with all tensors
  // replaced, and returns the outputs. Values are matched to the node's outputs by position.
  // Returns the tree of outputs. ValueError "Output with path `` is not connected to `inputs`".
  using Call = FunctionRef<Tree(const std::shared_ptr<Operation>& operation, Tree::Sequence args,
                                Tree::Dict kwargs)>;
  Tree run(const std::vector<Tree>& inputs, const Call& call) const;

 private:
  class Builder;
  static constexpr size_t kNoValue = static_cast<size_t>(-1);

  // The index of a value that a call in the graph makes.
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

  // Indices of the values of a run: the first output of each call, the arguments of all calls in
  // run order, the inputs and the outputs.
  std::unordered_map<const Node*, size_t> first_values_;
  std::vector<size_t> argument_values_;
  std::vector<size_t> input_values_;
  std::vector<size_t> output_values_;
  size_t value_count_ = 0;
};

// The calls from `inputs` to `outputs` in run order, without those that made the inputs.
std::vector<std::shared_ptr<Node>> calls_between(const std::vector<Tensor>& inputs,
                                                 const std::vector<Tensor>& outputs);

// The dotted path of leaf `index` in the tree: `output2`, `0.foo`; empty for a single leaf.
std::string leaf_path(const Tree& structure, size_t index);

}  // namespace keras
