#include "graph/graph.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "json/repr.h"

namespace keras {
namespace {

// Key of a tensor: the call that made it and which output it is. Survives the tensor handle itself.
struct TensorKey {
  const void* source;
  int index;
  bool operator==(const TensorKey&) const = default;
};
struct TensorKeyHash {
  size_t operator()(const TensorKey& key) const {
    return std::hash<const void*>()(key.source) * 31 + static_cast<size_t>(key.index);
  }
};

TensorKey key_of(const Tensor& tensor) {
  const KerasTensorInfo* info = keras_tensor_info(tensor);
  if (info->node) return {info->node.get(), info->tensor_index};
  return {info, 0};  // a raw symbolic tensor, made by nothing
}

template <class T>
using TensorMap = std::unordered_map<TensorKey, T, TensorKeyHash>;

std::vector<Tensor> checked_tensors(const Nest& nest, const char* what) {
  std::vector<Tensor> tensors;
  for (const Nest& leaf : flatten(nest)) {
    if (!leaf.is_tensor() || !is_keras_tensor(leaf.as_tensor())) {
      throw value_error(std::string("All `") + what + "` values must be KerasTensors. Received: " +
                        what + "=" + repr(nest) + " including invalid value " + repr(leaf) +
                        " of type " + python_type(leaf));
    }
    tensors.push_back(leaf.as_tensor());
  }
  return tensors;
}

// Depth-first from the outputs: calls after the calls they need (keras's _build_map), without recursion.
class Traversal {
 public:
  explicit Traversal(const std::vector<Tensor>& inputs) {
    for (const Tensor& input : inputs) inputs_.insert({key_of(input), true});
  }

  void visit(const Tensor& tensor) {
    enter(tensor);
    while (!stack_.empty()) {
      Frame& frame = stack_.back();
      if (frame.next < frame.node->input_tensors().size()) {
        enter(frame.node->input_tensors()[frame.next++]);
      } else {
        in_progress_.erase(frame.node.get());
        finished_.insert(frame.node.get());
        order.push_back(frame.node);
        stack_.pop_back();
      }
    }
  }

  std::vector<std::shared_ptr<Node>> order;
  std::unordered_map<const Operation*, int> first_seen;

 private:
  struct Frame {
    std::shared_ptr<Node> node;
    size_t next = 0;
  };

  void enter(const Tensor& tensor) {
    const KerasTensorInfo* info = keras_tensor_info(tensor);
    if (!info->node) return;
    const auto& node = info->node;
    if (finished_.contains(node.get())) return;
    if (!node->is_input() && inputs_.contains(key_of(tensor))) {
      finished_.insert(node.get());
      return;
    }
    if (in_progress_.contains(node.get())) {
      throw value_error("Tensor " + repr(Nest(tensor)) + " from operation '" +
                        node->operation()->name() + "' is part of a cycle.");
    }
    first_seen.emplace(node->operation(), static_cast<int>(first_seen.size()));
    in_progress_.insert(node.get());
    stack_.push_back({node});
  }

  TensorMap<bool> inputs_;
  std::unordered_set<const Node*> finished_;
  std::unordered_set<const Node*> in_progress_;
  std::vector<Frame> stack_;
};

}  // namespace

std::vector<std::shared_ptr<Node>> calls_between(const std::vector<Tensor>& inputs,
                                                 const std::vector<Tensor>& outputs) {
  Traversal traversal(inputs);
  for (const Tensor& output : outputs) traversal.visit(output);
  return std::move(traversal.order);
}

Graph::Graph(Nest inputs, Nest outputs)
    : input_structure_(std::move(inputs)), output_structure_(std::move(outputs)) {
  inputs_ = checked_tensors(input_structure_, "inputs");
  outputs_ = checked_tensors(output_structure_, "outputs");
  for (const auto& [tensors, what] : {std::pair{&inputs_, "inputs"}, std::pair{&outputs_, "outputs"}}) {
    if (tensors->empty()) {
      throw value_error(std::string("`") + what + "` argument cannot be empty. Received:\ninputs=" +
                        repr(input_structure_) + "\noutputs=" + repr(output_structure_));
    }
  }
  Traversal traversal(inputs_);
  for (const Tensor& output : outputs_) traversal.visit(output);
  order(traversal.order, traversal.first_seen);
  check_connected();
  check_names();
}

void Graph::order(const std::vector<std::shared_ptr<Node>>& traversal,
                  std::unordered_map<const Operation*, int>& first_seen) {
  std::unordered_set<const Node*> in_graph;
  for (const auto& node : traversal) in_graph.insert(node.get());
  // Keras's dicts keep the order of first insertion, which decides the run order within a depth.
  std::vector<std::shared_ptr<Node>> inserted;
  std::unordered_map<const Node*, int> node_depth;
  std::unordered_map<const Operation*, int> operation_depth;
  std::vector<std::shared_ptr<Operation>> operations;
  const auto touch = [&](const std::shared_ptr<Node>& node) -> int& {
    const auto [it, fresh] = node_depth.emplace(node.get(), 0);
    if (fresh) inserted.push_back(node);
    return it->second;
  };
  for (auto it = traversal.rbegin(); it != traversal.rend(); ++it) {
    const auto& node = *it;
    int depth = touch(node);
    const auto [operation, fresh] = operation_depth.emplace(node->operation(), 0);
    if (fresh) operations.push_back(node->operation_ptr());
    depth = std::max(depth, operation->second);
    operation->second = depth;
    node_depth[node.get()] = depth;
    for (const Tensor& input : node->input_tensors()) {
      const auto& parent = keras_tensor_info(input)->node;
      if (!parent || !in_graph.contains(parent.get())) continue;
      int& parent_depth = touch(parent);
      parent_depth = std::max(depth + 1, parent_depth);
    }
  }
  // Inputs that no output needs.
  for (const Tensor& input : inputs_) {
    const auto& node = keras_tensor_info(input)->node;
    if (!node || operation_depth.contains(node->operation()) || !node->is_input()) continue;
    operation_depth[node->operation()] = 0;
    operations.push_back(node->operation_ptr());
    first_seen[node->operation()] = -1;
    touch(node) = 0;
  }

  int deepest = 0;
  for (const auto& [node, depth] : node_depth) deepest = std::max(deepest, depth);
  std::vector<std::vector<std::shared_ptr<Node>>> by_depth(static_cast<size_t>(deepest) + 1);
  for (const auto& node : inserted) {
    by_depth[static_cast<size_t>(deepest - node_depth[node.get()])].push_back(node);
    nodes_.insert(node.get());
  }
  for (const auto& nodes : by_depth) {
    auto& row = nodes_by_depth_.emplace_back();
    for (const auto& node : nodes) {
      row.push_back(node.get());
      (node->is_input() ? input_nodes_ : run_order_).push_back(node);
    }
  }
  std::stable_sort(operations.begin(), operations.end(), [&](const auto& a, const auto& b) {
    const int da = operation_depth[a.get()];
    const int db = operation_depth[b.get()];
    return da != db ? da > db : first_seen[a.get()] < first_seen[b.get()];
  });
  operations_ = std::move(operations);
}

void Graph::check_connected() const {
  TensorMap<bool> computable;
  for (const Tensor& input : inputs_) computable.insert({key_of(input), true});
  std::vector<std::string> accessed;
  const auto check = [&](Node* node) {
    for (const Tensor& input : node->input_tensors()) {
      if (!computable.contains(key_of(input))) {
        std::string names;
        for (const auto& name : accessed) names += (names.empty() ? "" : ", ") + repr_string(name);
        throw value_error("Graph disconnected: cannot find parent for tensor " + repr(Nest(input)) +
                          " at operation '" + node->operation()->name() +
                          "'. The following previous operations were accessed without issue: [" +
                          names + "]");
      }
      accessed.push_back(node->operation()->name());
    }
    for (int i = 0; i < node->output_count(); ++i) computable.insert({{node, i}, true});
  };
  for (const auto& row : nodes_by_depth_) std::for_each(row.begin(), row.end(), check);

  // Keras finds an output that needs another Input by a trial run.
  TensorMap<bool> reached;
  for (const Tensor& input : inputs_) reached.insert({key_of(input), true});
  for (const auto& node : run_order_) {
    const auto& needed = node->input_tensors();
    if (!std::all_of(needed.begin(), needed.end(),
                     [&](const Tensor& t) { return reached.contains(key_of(t)); })) {
      continue;
    }
    for (int i = 0; i < node->output_count(); ++i) reached.insert({{node.get(), i}, true});
  }
  for (size_t i = 0; i < outputs_.size(); ++i) {
    if (!reached.contains(key_of(outputs_[i]))) {
      throw value_error("Output with path `" + leaf_path(output_structure_, i) +
                        "` is not connected to `inputs`");
    }
  }
}

void Graph::check_names() const {
  std::map<std::string_view, int> count;
  for (const auto& operation : operations_) ++count[operation->name()];
  for (const auto& operation : operations_) {
    if (const int uses = count[operation->name()]; uses != 1) {
      throw value_error("The name \"" + operation->name() + "\" is used " + std::to_string(uses) +
                        " times in the model. All operation names should be unique.");
    }
  }
}

Nest Graph::run(const std::vector<Nest>& inputs, const Call& call) const {
  TensorMap<Nest> values;
  for (size_t i = 0; i < inputs_.size() && i < inputs.size(); ++i) {
    values.insert_or_assign(key_of(inputs_[i]), inputs[i]);
  }
  const Node::Replace value_of = [&](const Tensor& tensor) { return values.at(key_of(tensor)); };
  for (const auto& node : run_order_) {
    const auto& needed = node->input_tensors();
    if (!std::all_of(needed.begin(), needed.end(),
                     [&](const Tensor& t) { return values.contains(key_of(t)); })) {
      continue;
    }
    const Nest outputs =
        call(node->operation_ptr(), node->args_with(value_of), node->kwargs_with(value_of));
    const std::vector<Nest> flat = flatten(outputs);
    const auto count = std::min(static_cast<size_t>(node->output_count()), flat.size());
    for (size_t i = 0; i < count; ++i) {
      values.insert_or_assign({node.get(), static_cast<int>(i)}, flat[i]);
    }
  }
  std::vector<Nest> results;
  for (size_t i = 0; i < outputs_.size(); ++i) {
    const auto found = values.find(key_of(outputs_[i]));
    if (found == values.end()) {
      throw value_error("Output with path `" + leaf_path(output_structure_, i) +
                        "` is not connected to `inputs`");
    }
    results.push_back(found->second);
  }
  return pack_as(output_structure_, results);
}

namespace {

bool find_path(const Nest& nest, size_t& index, std::string& path) {
  const auto descend = [&](const std::string& step, const Nest& item) {
    const size_t length = path.size();
    if (!path.empty()) path += '.';
    path += step;
    if (find_path(item, index, path)) return true;
    path.resize(length);
    return false;
  };
  if (nest.is_sequence()) {
    for (size_t i = 0; i < nest.items().size(); ++i) {
      if (descend(std::to_string(i), nest.items()[i])) return true;
    }
    return false;
  }
  if (nest.is_dict()) {
    std::map<std::string, const Nest*> sorted;
    for (const auto& [key, value] : nest.as_dict().members) sorted.emplace(key, &value);
    return std::any_of(sorted.begin(), sorted.end(),
                       [&](const auto& member) { return descend(member.first, *member.second); });
  }
  return index-- == 0;
}

}  // namespace

std::string leaf_path(const Nest& structure, size_t index) {
  std::string path;
  find_path(structure, index, path);
  return path;
}

}  // namespace keras
