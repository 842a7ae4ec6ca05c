// The base of graph operations: layers and keras.ops (keras/src/ops/operation.py).
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
  // Reads the fields; without a name it takes the next automatic one.
  void configure(const json::Object& config) override;

  virtual const CallSignature& call_signature() const = 0;

  // Calls the operation: computes on real tensors, adds a node for KerasTensors.
  virtual Tree apply(Tree::Sequence args, Tree::Dict kwargs = {});
  // The computation on real tensors, plan slots or bare shapes.
  virtual Tree call(const CallArgs& args) = 0;
  // Fresh KerasTensors with the shapes and dtypes of the outputs; by default inferred by `call`.
  virtual Tree compute_output_spec(const CallArgs& args);
  // Runs `call` on bare shapes; changes to variables are undone.
  Tree infer(const CallArgs& args);

  // Calls that are still part of a graph; expired ones are null.
  size_t node_count() const { return inbound_nodes_.size(); }
  std::shared_ptr<Node> node(size_t index) const;
  // Called by Node; returns the index of the node.
  int append_node(const std::shared_ptr<Node>& node);

  // Tensors of the first call. Keras's AttributeError or ValueError when it was never called.
  Tree input() const;
  Tree output() const;

 protected:
  Tree symbolic_call(Tree::Sequence args, Tree::Dict kwargs);
  void check_name() const;

  std::string name_;

 private:
  std::vector<std::weak_ptr<Node>> inbound_nodes_;
};

// Fresh KerasTensors with the shapes and dtypes of `inferred`.
Tree to_keras_tensors(const Tree& inferred);

}  // namespace keras
