// Functional: a model defined by a graph between input and output tensors
// (keras/src/models/functional.py).
#pragma once

#include "base/error.h"
#include "graph/graph.h"
#include "models/model.h"

namespace keras {

class Functional : public Model {
 public:
  // The constructor, given trees of KerasTensors. Intermediate tensors as inputs are replaced by
  // new Inputs, sharing the layers.
  void define(Tree inputs, Tree outputs, std::optional<std::string> name,
              std::optional<bool> trainable);

  // Deserialization (functional_from_config).
  void configure(const json::Object& config) override;
  json::Object get_config() const override;
  bool wraps_errors_of_from_config() const override { return false; }
  void apply_build_config(const json::Value&) override {}
  void extend_record(json::Object& record) const override;

  // As `type(self)(inputs, outputs, name)` in clone_model: a model of the same class if its
  // constructor takes a graph, else a plain Functional.
  virtual std::shared_ptr<Functional> new_from_graph(Tree inputs, Tree outputs,
                                                     std::optional<std::string> name) const;

  const Graph& graph() const { return graph_; }
  // The tree given to the constructor.
  const Tree& input() const { return graph_.input_structure(); }
  const Tree& output() const { return graph_.output_structure(); }
  const std::vector<Tensor>& inputs() const { return graph_.inputs(); }
  const std::vector<Tensor>& outputs() const { return graph_.outputs(); }
  std::vector<LayerPtr> layers() const override;
  std::vector<std::shared_ptr<Operation>> operations() const override {
    return graph_.operations();
  }
  // Names of the operations that make the flat outputs.
  std::vector<std::string> output_names() const;

  const InputSpecs& input_specs() override;
  Tree call(const CallArgs& args) override;
  Tree compute_output_spec(const CallArgs& args) override;
  ShapeTree compute_output_shape(const BuildShapes& shapes) override;
  bool converts_inputs() const override { return false; }
  bool allows_non_tensor_arguments() const override { return true; }

 protected:
  void check_input_compatibility(const Tree& first_argument) override;
  // The error for a config without a graph, which Keras treats as constructor arguments.
  virtual Error without_graph(const json::Object& config) const;

 private:
  std::vector<Tree> standardize_inputs(const Tree& inputs) const;
  void check_optional_inputs(const Tree& inputs) const;

  Graph graph_;
  std::optional<InputSpecs> specs_;
};

extern const ClassInfo kFunctionalClass;
extern const ClassInfo kModelClass;

// Keras's Model(inputs, outputs).
std::shared_ptr<Functional> make_functional(Tree inputs, Tree outputs,
                                            std::optional<std::string> name = {},
                                            std::optional<bool> trainable = {},
                                            const ClassInfo* info = &kFunctionalClass);

}  // namespace keras
