// The calls of one graph, numbered per operation and ignoring other graphs.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "graph/graph.h"

namespace keras {

class NodeNumbers {
 public:
  explicit NodeNumbers(const Graph& graph);

  bool contains(const Node* node) const { return numbers_.contains(node); }
  // RuntimeError when the call is not in this graph.
  int of(const Node* node) const;
  // The calls of an operation in this graph, in order.
  std::vector<std::shared_ptr<Node>> calls(const Operation& operation) const;
  // The user-facing label of a tensor: `dense` for the only output of the only call, `dense@1` for
  // the second call in this graph, `lstm:2` for the third output.
  std::string label(const Tensor& tensor) const;

 private:
  std::unordered_map<const Node*, int> numbers_;
  std::unordered_map<const Operation*, int> counts_;
};

// Composes such a label; negative `call` or `output` are omitted.
std::string tensor_label(const std::string& operation, int call, int output);

}  // namespace keras
