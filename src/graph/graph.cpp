#include "graph/graph.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/lists.h"
#include "base/sort.h"
#include "graph/traversal.h"
#include "json/repr.h"

namespace keras {
namespace {

std::vector<Tensor> checked_tensors(const Tree& tree, const char* what) {
  std::vector<Tensor> tensors;
  for (const Tree& leaf : flatten(tree)) {
    if (!leaf.is_tensor() || !is_keras_tensor(leaf.as_tensor())) {
      const bool is_outside = leaf.is_tensor() && leaf.as_tensor().is_abstract();
      raise_value_error({std::string("All `"), what,
                         "` values must be KerasTensors. Received: ", what, "=", repr(tree),
                         " including invalid value ", repr(leaf), " of type ", python_type(leaf),
                         is_outside ? ". It is not the output of a recorded call: call layers "
                                      "with `apply()` instead of `call()`."
                                    : ""});
    }
    tensors.push_back(leaf.as_tensor());
  }
  return tensors;
}

}  // namespace

std::vector<std::shared_ptr<Node>> calls_between(const std::vector<Tensor>& inputs,
                                                 const std::vector<Tensor>& outputs) {
  Traversal traversal(inputs);
  for (const Tensor& output : outputs) traversal.visit(output);
  return std::move(traversal.order);
}

// Builds a graph from positions of calls.
class Graph::Builder {
 public:
  explicit Builder(Graph& graph) : graph_(graph), traversal_(graph.inputs_) {
    for (const Tensor& output : graph.outputs_) traversal_.visit(output);
  }

  void build() {
    find_depths();
    add_unused_inputs();
    order_calls();
    order_operations();
    number_values();
  }

 private:
  struct Member {
    std::shared_ptr<Operation> operation;
    int depth = 0;
    int first_seen = -1;
  };

  std::vector<std::shared_ptr<Node>>& nodes() { return traversal_.order; }

  // The position of the call that makes the tensor; negative outside the graph.
  int position_of(const Tensor& tensor) const {
    const auto& node = keras_tensor_info(tensor)->node;
    if (!node) return Traversal::kCutOff;
    const auto found = traversal_.positions.find(node.get());
    return found == traversal_.positions.end() ? Traversal::kCutOff : found->second;
  }

  // A call that feeds another is deeper than it; all calls of an operation are at least as deep as
  // the last visited one.
  void find_depths() {
    depths_.assign(nodes().size(), 0);
    // Keras's dicts keep insertion order, which decides the run order within a depth.
    std::vector<bool> touched(nodes().size());
    const auto touch = [&](int position) {
      if (touched[static_cast<size_t>(position)]) return;
      touched[static_cast<size_t>(position)] = true;
      inserted_.push_back(position);
    };
    for (size_t i = nodes().size(); i-- > 0;) {
      const Node& node = *nodes()[i];
      touch(static_cast<int>(i));
      Member& member = member_of(nodes()[i]);
      const int depth = std::max(depths_[i], member.depth);
      member.depth = depths_[i] = depth;
      for (const Tensor& input : node.input_tensors()) {
        const int parent = position_of(input);
        if (parent < 0) continue;
        touch(parent);
        int& parent_depth = depths_[static_cast<size_t>(parent)];
        parent_depth = std::max(depth + 1, parent_depth);
      }
    }
  }

  Member& member_of(const std::shared_ptr<Node>& node) {
    const auto [position, fresh] = positions_.emplace(node->operation(), members_.size());
    if (fresh) {
      members_.push_back({node->operation_ptr(), 0, traversal_.first_seen.at(node->operation())});
    }
    return members_[position->second];
  }

  // Adds inputs that no output depends on.
  void add_unused_inputs() {
    for (const Tensor& input : graph_.inputs_) {
      const auto& node = keras_tensor_info(input)->node;
      if (!node || positions_.contains(node->operation()) || !node->is_input()) continue;
      positions_.emplace(node->operation(), members_.size());
      members_.push_back({node->operation_ptr()});
      const auto position = static_cast<int>(nodes().size());
      traversal_.positions.insert_or_assign(node.get(), position);
      inserted_.push_back(position);
      depths_.push_back(0);
      nodes().push_back(node);
    }
  }

  void order_calls() {
    const int deepest = depths_.empty() ? 0 : *std::max_element(depths_.begin(), depths_.end());
    std::vector<std::vector<int>> by_depth(static_cast<size_t>(deepest) + 1);
    for (int position : inserted_) {
      by_depth[static_cast<size_t>(deepest - depths_[static_cast<size_t>(position)])].push_back(
          position);
    }
    graph_.run_order_.reserve(nodes().size());
    graph_.nodes_by_depth_.reserve(by_depth.size());
    for (const auto& positions : by_depth) {
      auto& row = graph_.nodes_by_depth_.emplace_back();
      row.reserve(positions.size());
      for (int position : positions) {
        const auto& node = nodes()[static_cast<size_t>(position)];
        row.push_back(node.get());
        (node->is_input() ? graph_.input_nodes_ : graph_.run_order_).push_back(node);
      }
    }
  }

  void order_operations() {
    sort_stably(members_, [](const Member& a, const Member& b) {
      return a.depth != b.depth ? a.depth > b.depth : a.first_seen < b.first_seen;
    });
    graph_.operations_.reserve(members_.size());
    for (Member& member : members_) graph_.operations_.push_back(std::move(member.operation));
  }

  // Assigns each output of each call an index, under which run() stores its value.
  void number_values() {
    graph_.first_values_.reserve(nodes().size());
    for (const auto& node : nodes()) {
      graph_.first_values_.emplace(node.get(), graph_.value_count_);
      graph_.value_count_ += static_cast<size_t>(node->output_count());
    }
    TensorMap<size_t> cuts;
    for (const Tensor& input : graph_.inputs_) {
      size_t value = graph_.value_of(input);
      if (value == kNoValue)
        value = cuts.try_emplace(key_of(input), graph_.value_count_++).first->second;
      graph_.input_values_.push_back(value);
    }
    const auto number = [&](const Tensor& tensor) {
      const size_t value = graph_.value_of(tensor);
      if (value != kNoValue || cuts.empty()) return value;
      const auto cut = cuts.find(key_of(tensor));
      return cut == cuts.end() ? kNoValue : cut->second;
    };
    for (const auto& node : graph_.run_order_) {
      for (const Tensor& input : node->input_tensors())
        graph_.argument_values_.push_back(number(input));
    }
    for (const Tensor& output : graph_.outputs_) graph_.output_values_.push_back(number(output));
  }

  Graph& graph_;
  Traversal traversal_;
  std::vector<int> depths_;    // by position
  std::vector<int> inserted_;  // positions
  std::vector<Member> members_;
  std::unordered_map<const Operation*, size_t> positions_;  // in members_
};

Graph::Graph(Tree inputs, Tree outputs)
    : input_structure_(std::move(inputs)), output_structure_(std::move(outputs)) {
  inputs_ = checked_tensors(input_structure_, "inputs");
  outputs_ = checked_tensors(output_structure_, "outputs");
  for (const auto& [tensors, what] :
       {std::pair{&inputs_, "inputs"}, std::pair{&outputs_, "outputs"}}) {
    if (tensors->empty()) {
      raise_value_error({std::string("`"), what, "` argument cannot be empty. Received:\ninputs=",
                         repr(input_structure_), "\noutputs=", repr(output_structure_)});
    }
  }
  Builder(*this).build();
  check_connected();
  check_names();
}

size_t Graph::value_of(const Tensor& tensor) const {
  const KerasTensorInfo* info = keras_tensor_info(tensor);
  const auto found = first_values_.find(info->node.get());
  return found == first_values_.end() ? kNoValue
                                      : found->second + static_cast<size_t>(info->tensor_index);
}

void Graph::check_connected() const {
  // Values of the inputs, and of calls whose arguments are available. Keras finds outputs that need
  // another Input by a trial run.
  std::vector<bool> reached(value_count_);
  for (size_t value : input_values_) reached[value] = true;
  const size_t* arguments = argument_values_.data();
  for (const auto& node : run_order_) {
    const size_t count = node->input_tensors().size();
    const auto exists = [&](size_t value) { return value != kNoValue && reached[value]; };
    const bool runs = std::all_of(arguments, arguments + count, exists);
    if (!runs) {
      for (size_t i = 0; i < count; ++i) check_parent(*node, i, arguments[i]);
    }
    arguments += count;
    const size_t first = first_values_.at(node.get());
    for (int i = 0; runs && i < node->output_count(); ++i)
      reached[first + static_cast<size_t>(i)] = true;
  }
  for (size_t i = 0; i < outputs_.size(); ++i) {
    if (output_values_[i] == kNoValue || !reached[output_values_[i]]) {
      raise_value_error({"Output with path `", leaf_path(output_structure_, i),
                         "` is not connected to `inputs`"});
    }
  }
}

void Graph::check_parent(const Node& node, size_t argument, size_t value) const {
  // The value cannot be computed, unless its call is an Input or already ran.
  if (value != kNoValue) return;
  std::string names;
  size_t left = argument;
  for (const auto& row : nodes_by_depth_) {
    for (const Node* earlier : row) {
      const size_t count = earlier == &node ? left : earlier->input_tensors().size();
      for (size_t i = 0; i < count; ++i) {
        append_item(names, repr_string(earlier->operation()->name()));
      }
      if (earlier != &node) continue;
      raise_value_error(
          {"Graph disconnected: cannot find parent for tensor ",
           repr(Tree(node.input_tensors()[argument])), " at operation '", node.operation()->name(),
           "'. The following previous operations were accessed without issue: [", names, "]"});
    }
  }
}

void Graph::check_names() const {
  std::unordered_map<std::string_view, int> count;
  count.reserve(operations_.size());
  for (const auto& operation : operations_) ++count[operation->name()];
  if (count.size() == operations_.size()) return;
  for (const auto& operation : operations_) {
    if (const int uses = count[operation->name()]; uses != 1) {
      raise_value_error({"The name \"", operation->name(), "\" is used ", std::to_string(uses),
                         " times in the model. All operation names should be unique."});
    }
  }
}

Tree Graph::run(const std::vector<Tree>& inputs, const Call& call) const {
  std::vector<Tree> values(value_count_);
  std::vector<bool> known(value_count_);
  for (size_t i = 0; i < inputs_.size() && i < inputs.size(); ++i) {
    values[input_values_[i]] = inputs[i];
    known[input_values_[i]] = true;
  }
  const size_t* arguments = argument_values_.data();
  for (const auto& node : run_order_) {
    const size_t* next = arguments;
    arguments += node->input_tensors().size();
    if (!std::all_of(next, arguments,
                     [&](size_t value) { return value != kNoValue && known[value]; })) {
      continue;
    }
    const auto value_of = [&](const Tensor&) { return values[*next++]; };
    Tree::Sequence args = node->args_with(value_of);
    Tree::Dict kwargs = node->kwargs_with(value_of);
    const Tree outputs = call(node->operation_ptr(), std::move(args), std::move(kwargs));
    size_t value = first_values_.at(node.get());
    const size_t end = value + static_cast<size_t>(node->output_count());
    for_each_leaf(outputs, [&](const Tree& leaf) {
      if (value == end) return;
      values[value] = leaf;
      known[value++] = true;
    });
  }
  std::vector<Tree> results;
  for (size_t i = 0; i < outputs_.size(); ++i) {
    if (output_values_[i] == kNoValue || !known[output_values_[i]]) {
      raise_value_error({"Output with path `", leaf_path(output_structure_, i),
                         "` is not connected to `inputs`"});
    }
    results.push_back(values[output_values_[i]]);
  }
  return pack_as(output_structure_, results);
}

namespace {

bool find_path(const Tree& tree, size_t& index, std::string& path) {
  const auto descend = [&](const std::string& step, const Tree& item) {
    const size_t length = path.size();
    if (!path.empty()) path += '.';
    path += step;
    if (find_path(item, index, path)) return true;
    path.resize(length);
    return false;
  };
  if (tree.is_sequence()) {
    for (size_t i = 0; i < tree.items().size(); ++i) {
      if (descend(std::to_string(i), tree.items()[i])) return true;
    }
    return false;
  }
  if (tree.is_dict()) {
    std::map<std::string, const Tree*> sorted;
    for (const auto& [key, value] : tree.as_dict().members) sorted.emplace(key, &value);
    return std::any_of(sorted.begin(), sorted.end(),
                       [&](const auto& member) { return descend(member.first, *member.second); });
  }
  return index-- == 0;
}

}  // namespace

std::string leaf_path(const Tree& structure, size_t index) {
  std::string path;
  find_path(structure, index, path);
  return path;
}

}  // namespace keras
