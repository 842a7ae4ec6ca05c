// The calls of one graph, numbered within each operation; calls of other graphs are left out.
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
  // RuntimeError when the call is not one of this graph.
  int of(const Node* node) const;
  // The calls of an operation in this graph, in order.
  std::vector<std::shared_ptr<Node>> calls(const Operation& operation) const;
  // What users call a tensor: `dense`, the first or only output of an operation's only call;
  // `dense@1`, of its second call in this graph; `lstm:2`, the third output.
  std::string label(const Tensor& tensor) const;

 private:
  std::unordered_map<const Node*, int> numbers_;
  std::unordered_map<const Operation*, int> counts_;
};

// That label, of parts: `call` or `output` less than 0 is left out.
std::string tensor_label(const std::string& operation, int call, int output);

}  // namespace keras
