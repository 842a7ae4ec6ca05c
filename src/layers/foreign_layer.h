// The base of layers that run code of another framework (TFSMLayer, JaxLayer, FlaxLayer,
// TorchModuleWrapper). That code cannot run here: such a layer keeps its config and its stored
// values, so that a model with it can be opened, cloned and saved, and refuses to compute.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "layers/argument_validation.h"
#include "layers/custom_saving.h"
#include "layers/layer.h"

// Registers such a layer next to its definition.
#define KERAS_FOREIGN_LAYER(Class) KERAS_LAYER(Class, "", .is_replaceable = true)

namespace keras {

class ForeignLayer : public Layer, public CustomSaving {
 public:
  // A KerasTensor, or several, with the shapes and dtypes that a config records for the result of
  // the call with that index. Calls without a record promise the shape of their input.
  void expect_outputs(size_t call, Tree outputs);

  std::shared_ptr<Object> new_from_config(const json::Object& config) const override;
  const CallSignature& call_signature() const override;
  bool states_output_shape() const override { return false; }
  Tree call(const CallArgs& args) override;
  Tree compute_output_spec(const CallArgs& args) override;
  ShapeTree compute_output_shape(const BuildShapes& shapes) override;

  // The values of a file become the weights.
  bool saves_own_variables() const override { return true; }
  bool loads_own_variables() const override { return true; }
  NamedTensors saved_variables() const override;
  void load_variables(const NamedTensors& store) override;

 protected:
  explicit ForeignLayer(std::string_view framework) : framework_(framework) {}

 private:
  std::string_view framework_;  // a literal
  std::vector<Tree> expected_outputs_;
  std::vector<std::string> stored_names_;  // of the weights, in a file
};

}  // namespace keras
