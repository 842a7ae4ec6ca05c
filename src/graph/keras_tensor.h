// Tensors of the symbolic graph: shape, dtype, name and the operation that makes them
// (KerasTensor).
#pragma once

#include <memory>
#include <string>

#include "tensor/tensor.h"
#include "tensor/variable.h"
#include "tree/tree.h"

namespace keras {

class Node;
class Operation;

class KerasTensorInfo final : public SymbolicInfo {
 public:
  std::string description() const override;
  bool is_keras_tensor_info() const override { return true; }

  std::string name;
  bool sparse = false;
  // Keras's _keras_history: the call that made the tensor, and which of its outputs this is.
  std::shared_ptr<Node> node;
  int tensor_index = 0;
};

// A new symbolic tensor without history. An empty name is replaced by `keras_tensor`,
// `keras_tensor_1`, ...
Tensor make_keras_tensor(const Shape& shape, DType dtype, std::string name = "",
                         bool sparse = false);

// What the graph knows of the tensor; null for real data, plan slots and bare abstract tensors.
KerasTensorInfo* keras_tensor_info(const Tensor& tensor);
inline bool is_keras_tensor(const Tensor& tensor) { return keras_tensor_info(tensor) != nullptr; }

// A revived value with KerasTensors that nothing made in place of serialized symbolic tensors.
Tree with_keras_tensors(const Tree& revived);

// True when a leaf is a KerasTensor.
bool any_symbolic(const Tree& tree);
bool any_symbolic(const Tree::Sequence& args, const Tree::Dict& kwargs);

// The value with bare shapes in place of KerasTensors. Operations on bare shapes infer and add
// nothing to the graph; a graph that is built meanwhile from KerasTensors of its own gets its
// nodes.
Tree without_history(const Tree& tree);

}  // namespace keras
