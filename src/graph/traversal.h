// The run order of the calls in a graph.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "graph/keras_tensor.h"
#include "graph/node.h"
#include "graph/operation.h"
#include "graph/tensor_key.h"
#include "json/repr.h"

namespace keras {

// Depth-first from the outputs: calls follow the calls they depend on (Keras's
// _build_map). Not recursive.
class Traversal {
 public:
  explicit Traversal(const std::vector<Tensor>& inputs) {
    for (const Tensor& input : inputs) {
      const auto& node = keras_tensor_info(input)->node;
      if (node && !node->is_input()) cuts_.insert({key_of(input), true});
    }
  }

  void visit(const Tensor& tensor) {
    enter(tensor);
    while (!stack_.empty()) {
      Frame& frame = stack_.back();
      if (frame.next < frame.node->input_tensors().size()) {
        enter(frame.node->input_tensors()[frame.next++]);
      } else {
        positions[frame.node.get()] = static_cast<int>(order.size());
        order.push_back(std::move(frame.node));
        stack_.pop_back();
      }
    }
  }

  std::vector<std::shared_ptr<Node>> order;
  std::unordered_map<const Node*, int> positions;  // in the order; or one of the constants below
  std::unordered_map<const Operation*, int> first_seen;

  static constexpr int kInProgress = -1;
  static constexpr int kCutOff = -2;

 private:
  struct Frame {
    std::shared_ptr<Node> node;
    size_t next = 0;
  };

  void enter(const Tensor& tensor) {
    const KerasTensorInfo* info = keras_tensor_info(tensor);
    if (!info->node) return;
    const auto& node = info->node;
    const bool cut_off = !cuts_.empty() && !node->is_input() && cuts_.contains(key_of(tensor));
    const auto [position, fresh] = positions.emplace(node.get(), cut_off ? kCutOff : kInProgress);
    if (!fresh && position->second == kInProgress && !cut_off) {
      raise_value_error({"Tensor ", repr(Tree(tensor)), " from operation '",
                         node->operation()->name(), "' is part of a cycle."});
    }
    if (!fresh || cut_off) return;
    first_seen.emplace(node->operation(), static_cast<int>(first_seen.size()));
    stack_.push_back({node});
  }

  TensorMap<bool> cuts_;  // inputs whose calls are not part of the traversal
  std::vector<Frame> stack_;
};

}  // namespace keras
