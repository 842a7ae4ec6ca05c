// What can be called in a graph: layers and the operations of keras.ops
// (keras/src/ops/operation.py).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "graph/call_signature.h"
#include "graph/node.h"
#include "serialization/object.h"

namespace keras {

class Operation : public Object {
 public:
  const std::string& name() const { return name_; }
  // ValueError when the name contains a slash.
  void set_name(std::string name);
  std::string_view display_name() const override { return name_; }
  bool wraps_errors_of_from_config() const override { return true; }

  void fields(FieldVisitor& f) override;
  // Reads the fields; an operation without a name gets the next automatic one.
  void configure(const json::Object& config) override;

  virtual const CallSignature& call_signature() const = 0;

  // Calls the operation: computes on real tensors, adds a node on symbolic ones.
  virtual Tree apply(Tree::Sequence args, Tree::Dict kwargs = {});
  // The computation, on real tensors, plan slots or bare shapes alike.
  virtual Tree call(const CallArgs& args) = 0;
  // Shapes and dtypes of the outputs as fresh KerasTensors; by default what `call` infers.
  virtual Tree compute_output_spec(const CallArgs& args);
  // What `call` gives for bare shapes. Changes that it makes to variables do not last.
  Tree infer(const CallArgs& args);

  // The calls of this operation that are still part of some graph; others are null.
  size_t node_count() const { return inbound_nodes_.size(); }
  std::shared_ptr<Node> node(size_t index) const;
  // Called by Node: returns the index the node gets.
  int append_node(const std::shared_ptr<Node>& node);

  // Tensors of the first call. AttributeError/ValueError as Keras when it was never called.
  Tree input() const;
  Tree output() const;

 protected:
  Tree symbolic_call(Tree::Sequence args, Tree::Dict kwargs);
  void check_name() const;

  std::string name_;

 private:
  std::vector<std::weak_ptr<Node>> inbound_nodes_;
};

// Fresh KerasTensors of the shapes and dtypes of `inferred`.
Tree to_keras_tensors(const Tree& inferred);

}  // namespace keras
