#include "models/functional/graph_cut.h"

#include <algorithm>

#include "base/error.h"
#include "graph/graph.h"
#include "graph/tensor_key.h"
#include "layers/core/input_layer.h"

namespace keras {
namespace {

bool is_symbolic_leaf(const Tree& leaf) {
  return leaf.is_tensor() && is_keras_tensor(leaf.as_tensor());
}

bool is_cut(const Tree& leaf) {
  const KerasTensorInfo* info = keras_tensor_info(leaf.as_tensor());
  if (!info->node) raise_attribute_error({"'NoneType' object has no attribute '_inbound_nodes'"});
  return !info->node->is_input();
}

Tensor copy_of(const Tensor& tensor) {
  const KerasTensorInfo* info = keras_tensor_info(tensor);
  return make_keras_tensor(tensor.shape(), tensor.dtype(), info->name + "_clone", info->sparse);
}

}  // namespace

void cut_graph(Tree& inputs, Tree& outputs, const InputNamer& name_of) {
  const std::vector<Tree> leaves = flatten(inputs);
  const std::vector<Tree> ends = flatten(outputs);
  const auto all_symbolic = [](const std::vector<Tree>& trees) {
    return std::all_of(trees.begin(), trees.end(), is_symbolic_leaf);
  };
  if (!all_symbolic(leaves) || !all_symbolic(ends)) return;  // the graph reports the error
  if (std::none_of(leaves.begin(), leaves.end(), is_cut)) return;

  const auto calls = calls_between(flatten_tensors(inputs), flatten_tensors(outputs));
  TensorMap<Tensor> copies;
  inputs = map_structure(inputs, [&](const Tree& leaf) {
    const Tensor& tensor = leaf.as_tensor();
    const KerasTensorInfo* info = keras_tensor_info(tensor);
    const Tensor copy = !is_cut(leaf)
                            ? tensor
                            : make_input({.batch_shape = tensor.shape(),
                                          .dtype = tensor.dtype(),
                                          .name = name_of ? name_of(tensor) : info->name + "CLONE",
                                          .sparse = info->sparse});
    copies.insert_or_assign(key_of(tensor), copy);
    return Tree(copy);
  });
  const auto replace = [&](const Tensor& tensor) {
    return Tree(copies.try_emplace(key_of(tensor), tensor).first->second);
  };
  for (const auto& call : calls) {
    if (call->is_input()) continue;
    int index = 0;
    const Tree results = map_structure(call->outputs(), [&](const Tree& leaf) {
      const Tensor copy = copy_of(leaf.as_tensor());
      // An output that is also an input keeps its new Input.
      copies.try_emplace({call.get(), index++}, copy);
      return Tree(copy);
    });
    Node::create(call->operation_ptr(), call->args_with(replace), call->kwargs_with(replace),
                 results);
  }
  outputs = map_structure(outputs, [&](const Tree& leaf) { return replace(leaf.as_tensor()); });
}

}  // namespace keras
