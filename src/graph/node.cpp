#include "graph/node.h"

#include "base/error.h"
#include "base/sort.h"
#include "graph/operation.h"

namespace keras {
namespace {

// Frees chains of nodes without recursion: ten thousand nested destructors would overflow the
// stack. Destructors queue what they held, and the outermost one empties the queue in a loop.
struct Remains {
  Tree::Sequence args;
  Tree::Dict kwargs;
  std::vector<Tensor> tensors;
  std::shared_ptr<Operation> operation;
};
std::vector<Remains>* g_remains = nullptr;

void collect_tensors(const Tree& tree, std::vector<Tensor>& tensors) {
  for_each_leaf(tree, [&](const Tree& leaf) {
    if (leaf.is_tensor() && is_keras_tensor(leaf.as_tensor())) tensors.push_back(leaf.as_tensor());
  });
}

Tree replaced(const Tree& tree, const Node::Replace& replace) {
  if (tree.is_tensor()) return is_keras_tensor(tree.as_tensor()) ? replace(tree.as_tensor()) : tree;
  return map_structure(tree, [&](const Tree& leaf) {
    return leaf.is_tensor() && is_keras_tensor(leaf.as_tensor()) ? replace(leaf.as_tensor()) : leaf;
  });
}

}  // namespace

std::shared_ptr<Node> Node::create(const std::shared_ptr<Operation>& operation, Tree::Sequence args,
                                   Tree::Dict kwargs, const Tree& outputs) {
  std::shared_ptr<Node> node(new Node());
  node->operation_ = operation;
  node->args_ = std::move(args);
  node->kwargs_ = std::move(kwargs);
  for (const Tree& arg : node->args_) collect_tensors(arg, node->input_tensors_);
  const size_t positional = node->input_tensors_.size();
  if (!node->kwargs_.empty()) collect_tensors(node->kwargs_, node->input_tensors_);
  node->has_tensor_kwargs_ = node->input_tensors_.size() > positional;
  for (const Tree& leaf : flatten(outputs)) {
    if (!leaf.is_tensor() || !is_keras_tensor(leaf.as_tensor())) {
      raise_value_error({"Layer '", operation->name(),
                         "' returned something that is not a tensor: ", repr(leaf)});
    }
    const Tensor& tensor = leaf.as_tensor();
    KerasTensorInfo* info = keras_tensor_info(tensor);
    info->node = node;
    info->tensor_index = static_cast<int>(node->outputs_.size());
    node->outputs_.push_back(
        {tensor.impl(), tensor.shape(), tensor.dtype(), info->name, info->sparse});
  }
  int64_t next = 0;
  node->output_structure_ = map_structure(outputs, [&](const Tree&) { return Tree(next++); });
  node->index_ = operation->append_node(node);
  return node;
}

Node::~Node() {
  Remains remains{std::move(args_), std::move(kwargs_), std::move(input_tensors_),
                  std::move(operation_)};
  if (g_remains != nullptr) {
    g_remains->push_back(std::move(remains));
    return;
  }
  std::vector<Remains> heap;
  g_remains = &heap;
  heap.push_back(std::move(remains));
  while (!heap.empty()) {
    const Remains next = std::move(heap.back());
    heap.pop_back();
  }
  g_remains = nullptr;
}

Tensor Node::output_tensor(int index) {
  if (index < 0 || index >= output_count()) raise_index_error({"list index out of range"});
  Output& output = outputs_[static_cast<size_t>(index)];
  if (auto impl = output.tensor.lock()) return Tensor(std::move(impl));
  auto info = std::make_shared<KerasTensorInfo>();
  info->name = output.name;
  info->sparse = output.sparse;
  info->node = shared_from_this();
  info->tensor_index = index;
  const Tensor tensor = Tensor::symbolic(output.shape, output.dtype, std::move(info));
  output.tensor = tensor.impl();
  return tensor;
}

std::vector<Tensor> Node::output_tensors() {
  std::vector<Tensor> tensors;
  for (int i = 0; i < output_count(); ++i) tensors.push_back(output_tensor(i));
  return tensors;
}

Tree Node::outputs() {
  return map_structure(output_structure_, [&](const Tree& leaf) {
    return Tree(output_tensor(static_cast<int>(leaf.as_int())));
  });
}

Tree::Sequence Node::args_with(const Replace& replace) const {
  Tree::Sequence args;
  args.reserve(args_.size());
  for (const Tree& arg : args_) args.push_back(replaced(arg, replace));
  return args;
}

Tree::Dict Node::kwargs_with(const Replace& replace) const {
  Tree::Dict kwargs = kwargs_;
  if (!has_tensor_kwargs_) return kwargs;
  std::vector<Tree::Member*> sorted;
  for (Tree::Member& member : kwargs.members) sorted.push_back(&member);
  sort_stably(sorted, [](const auto* a, const auto* b) { return a->first < b->first; });
  for (Tree::Member* member : sorted) member->second = replaced(member->second, replace);
  return kwargs;
}

}  // namespace keras
