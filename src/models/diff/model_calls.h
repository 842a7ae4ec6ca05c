// The operations of a model and the inputs of their calls, for comparison.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "graph/node_numbers.h"
#include "models/model.h"

namespace keras {

class ModelCalls {
 public:
  // Whether calls are known from a graph, from the stack of an unbuilt Sequential, or not at all
  // (subclassed models).
  enum class Wiring { kGraph, kStack, kUnknown };

  // A tensor: output `output` of call `call` of the operation at that index.
  struct Source {
    int operation;
    int call;
    int output;
  };
  using Call = std::vector<Source>;

  explicit ModelCalls(const Model& model);

  Wiring wiring() const { return wiring_; }
  int size() const { return static_cast<int>(operations_.size()); }
  const std::shared_ptr<Operation>& operation(int index) const {
    return operations_[static_cast<size_t>(index)];
  }
  // The input tensors of each call of an operation; empty when the wiring is unknown.
  const std::vector<Call>& calls(int index) const { return calls_[static_cast<size_t>(index)]; }
  // Operations and the numbers of their calls, each after those that make its inputs. Empty
  // without a graph.
  std::vector<std::pair<int, int>> run_order() const;
  // Whether a call in the graph takes anything but tensors.
  bool has_constants(int index) const;
  // The arguments of the calls with null in place of tensors: `[{"args": [null,
  // 2], "kwargs": {}}]`.
  json::Array constants(int index) const;
  // model.input and model.output; null without a graph.
  const Tree* inputs() const { return graph_ == nullptr ? nullptr : &graph_->input_structure(); }
  const Tree* outputs() const { return graph_ == nullptr ? nullptr : &graph_->output_structure(); }
  Source source(const Tensor& tensor) const;
  // `dense`, `dense@1`, `lstm:2` (graph/node_numbers.h).
  std::string label(const Source& source) const;

 private:
  std::vector<std::shared_ptr<Operation>> operations_;
  std::vector<std::vector<Call>> calls_;
  std::vector<std::vector<int>> output_counts_;  // of each call, in a graph
  Wiring wiring_ = Wiring::kUnknown;
  const Graph* graph_ = nullptr;
  std::optional<NodeNumbers> numbers_;
  std::unordered_map<const Operation*, int> index_;
};

}  // namespace keras
