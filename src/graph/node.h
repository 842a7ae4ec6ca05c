// One symbolic call of an operation (keras/src/ops/node.py).
//
// Ownership: a tensor owns its node, a node owns its operation and arguments, and an operation
// refers to its nodes weakly. A graph thus lives as long as one of its output tensors.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/function_ref.h"
#include "graph/keras_tensor.h"
#include "tree/tree.h"

namespace keras {

class Operation;

class Node : public std::enable_shared_from_this<Node> {
 public:
  // Appends itself to the operation's nodes and sets the history of the outputs, which must be
  // fresh KerasTensors.
  static std::shared_ptr<Node> create(const std::shared_ptr<Operation>& operation,
                                      Tree::Sequence args, Tree::Dict kwargs, const Tree& outputs);
  ~Node();

  Operation* operation() const { return operation_.get(); }
  const std::shared_ptr<Operation>& operation_ptr() const { return operation_; }
  // Index among the operation's nodes.
  int index() const { return index_; }
  const Tree::Sequence& args() const { return args_; }
  const Tree::Dict& kwargs() const { return kwargs_; }
  // The KerasTensors among the arguments, in leaf order (keyword arguments by sorted name).
  const std::vector<Tensor>& input_tensors() const { return input_tensors_; }
  bool is_input() const { return input_tensors_.empty(); }

  // The results of the call.
  Tree outputs();
  std::vector<Tensor> output_tensors();
  Tensor output_tensor(int index);
  int output_count() const { return static_cast<int>(outputs_.size()); }

  // The arguments with every KerasTensor replaced, in the order of input_tensors().
  using Replace = FunctionRef<Tree(const Tensor&)>;
  Tree::Sequence args_with(const Replace& replace) const;
  Tree::Dict kwargs_with(const Replace& replace) const;

 private:
  struct Output {
    std::weak_ptr<Tensor::Impl> tensor;
    // Enough to recreate an output tensor after it was released.
    Shape shape;
    DType dtype;
    std::string name;
    bool sparse;
  };

  Node() = default;

  std::shared_ptr<Operation> operation_;
  int index_ = 0;
  Tree::Sequence args_;
  Tree::Dict kwargs_;
  std::vector<Tensor> input_tensors_;
  bool has_tensor_kwargs_ = false;
  std::vector<Output> outputs_;
  Tree output_structure_;  // leaves are indices of outputs
};

}  // namespace keras
