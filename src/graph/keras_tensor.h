// KerasTensors: symbolic tensors with shape, dtype, name and history.
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
  // Keras's _keras_history: the call that made the tensor, and the index of the output.
  std::shared_ptr<Node> node;
  int tensor_index = 0;
};

// A new KerasTensor without history. An empty name becomes `keras_tensor`, `keras_tensor_1`, ...
Tensor make_keras_tensor(const Shape& shape, DType dtype, std::string name = "",
                         bool sparse = false);

// null for real data, plan slots and bare abstract tensors.
KerasTensorInfo* keras_tensor_info(const Tensor& tensor);
inline bool is_keras_tensor(const Tensor& tensor) { return keras_tensor_info(tensor) != nullptr; }

// Replaces serialized KerasTensors in a revived value by new ones without history.
Tree with_keras_tensors(const Tree& revived);

// Whether a leaf is a KerasTensor.
bool any_symbolic(const Tree& tree);
bool any_symbolic(const Tree::Sequence& args, const Tree::Dict& kwargs);

// Replaces KerasTensors by bare shapes. Operations on bare shapes infer shapes without adding
// nodes; a graph built meanwhile from its own KerasTensors still gets its nodes.
Tree without_history(const Tree& tree);

}  // namespace keras
