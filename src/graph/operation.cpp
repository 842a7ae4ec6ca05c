#include "graph/operation.h"

#include "base/error.h"
#include "base/naming.h"

namespace keras {

void Operation::check_name() const {
  if (name_.find('/') != name_.npos) {
    raise_value_error(
        {"Argument `name` must be a string and cannot contain character `/`. "
         "Received: name=",
         name_, " (of type <class 'str'>)"});
  }
}

void Operation::set_name(std::string name) {
  std::swap(name_, name);
  try {
    check_name();
  } catch (...) {
    std::swap(name_, name);
    throw;
  }
}

void Operation::fields(FieldVisitor& f) { f("name", name_, "Name of the operation."); }

void Operation::configure(const json::Object& config) {
  const json::Value* name = config.find("name");
  if (name != nullptr && !name->is_string() && !name->is_null()) {
    raise_value_error(
        {"Argument `name` must be a string and cannot contain character `/`. "
         "Received: name=",
         repr(Tree::from_json(*name)), " (of type ", python_type(Tree::from_json(*name)), ")"});
  }
  if (name != nullptr && name->is_string()) {
    Object::configure(config);
    check_name();
    return;
  }
  // Keras takes the automatic name before it looks at the other arguments.
  name_ = auto_name(class_info().python_name());
  if (name == nullptr) {
    Object::configure(config);
    return;
  }
  json::Object unnamed = config;
  unnamed.erase("name");
  Object::configure(unnamed);
}

Tree Operation::apply(Tree::Sequence args, Tree::Dict kwargs) {
  if (any_symbolic(args, kwargs)) {
    return symbolic_call(std::move(args), std::move(kwargs));
  }
  return call(CallArgs(call_signature(), args, kwargs));
}

Tree Operation::symbolic_call(Tree::Sequence args, Tree::Dict kwargs) {
  const Tree outputs = compute_output_spec(CallArgs(call_signature(), args, kwargs));
  Node::create(std::static_pointer_cast<Operation>(shared_from_this()), std::move(args),
               std::move(kwargs), outputs);
  return outputs;
}

Tree Operation::compute_output_spec(const CallArgs& args) { return to_keras_tensors(infer(args)); }

Tree Operation::infer(const CallArgs& args) {
  const CallArgs bare = args.with_values([](const Tree& value) { return without_history(value); });
  const ShapesOnlyScope scope;
  return call(bare);
}

std::shared_ptr<Node> Operation::node(size_t index) const {
  return index < inbound_nodes_.size() ? inbound_nodes_[index].lock() : nullptr;
}

int Operation::append_node(const std::shared_ptr<Node>& node) {
  // Drops trailing calls that no graph holds, so that a layer reused in many short-lived graphs
  // does not grow.
  while (!inbound_nodes_.empty() && inbound_nodes_.back().expired()) inbound_nodes_.pop_back();
  inbound_nodes_.push_back(node);
  return static_cast<int>(inbound_nodes_.size()) - 1;
}

Tree Operation::input() const {
  const auto first = node(0);
  if (!first) {
    raise_value_error(
        {"The layer ", name_, " has never been called and thus has no defined input."});
  }
  const auto& tensors = first->input_tensors();
  if (first->is_input()) return first->outputs();
  if (tensors.size() == 1) return tensors.front();
  Tree::Sequence items(tensors.begin(), tensors.end());
  return Tree::list(std::move(items));
}

Tree Operation::output() const {
  const auto first = node(0);
  if (!first) {
    raise_value_error(
        {"The layer ", name_, " has never been called and thus has no defined output."});
  }
  return first->outputs();
}

Tree to_keras_tensors(const Tree& inferred) {
  return map_structure(inferred, [](const Tree& leaf) {
    if (!leaf.is_tensor()) return leaf;
    const Tensor& tensor = leaf.as_tensor();
    const Tensor fresh = make_keras_tensor(tensor.shape(), tensor.dtype());
    if (const Tensor mask = tensor.mask(); mask && is_keras_tensor(mask)) fresh.set_mask(mask);
    return Tree(fresh);
  });
}

}  // namespace keras
