#include "graph/node_numbers.h"

#include "base/error.h"

namespace keras {

NodeNumbers::NodeNumbers(const Graph& graph) {
  for (const auto& operation : graph.operations()) {
    int next = 0;
    for (size_t i = 0; i < operation->node_count(); ++i) {
      const auto node = operation->node(i);
      if (node && graph.contains(node.get())) numbers_.emplace(node.get(), next++);
    }
    counts_.emplace(operation.get(), next);
  }
}

int NodeNumbers::of(const Node* node) const {
  const auto found = numbers_.find(node);
  if (found == numbers_.end()) {
    raise_runtime_error({"Internal error: could not find a node of the graph."});
  }
  return found->second;
}

std::vector<std::shared_ptr<Node>> NodeNumbers::calls(const Operation& operation) const {
  std::vector<std::shared_ptr<Node>> found;
  for (size_t i = 0; i < operation.node_count(); ++i) {
    auto node = operation.node(i);
    if (node && contains(node.get())) found.push_back(std::move(node));
  }
  return found;
}

std::string NodeNumbers::label(const Tensor& tensor) const {
  const KerasTensorInfo* info = keras_tensor_info(tensor);
  const Operation* operation = info->node->operation();
  const int call = counts_.at(operation) > 1 ? of(info->node.get()) : -1;
  const int output = info->node->output_count() > 1 ? info->tensor_index : -1;
  return tensor_label(operation->name(), call, output);
}

std::string tensor_label(const std::string& operation, int call, int output) {
  std::string label = operation;
  if (call >= 0) label += "@" + std::to_string(call);
  if (output >= 0) label += ":" + std::to_string(output);
  return label;
}

}  // namespace keras
