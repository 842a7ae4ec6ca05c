// A model between tensors of another model, sharing its layers and weights.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "models/functional/functional.h"

namespace keras {

// The leaves of `inputs` and `outputs` select tensors of the model:
//   - a KerasTensor
//   - a layer, or its name: its inputs, or its outputs (the selected layers are included)
//   - "dense:0", the first output of that layer, also as an input
//   - "dense@1", the layer in its second call; "dense@1:0", its first output there
// `inputs` default to the model's. Intermediate tensors become new Inputs, named after the layer
// that made them. ValueError for unknown names and layers, for a layer with several calls without
// a choice among them, and for outputs that need more than the inputs.
std::shared_ptr<Functional> sub_model(const Model& model, const std::optional<Tree>& inputs,
                                      const Tree& outputs, std::optional<std::string> name = {});

}  // namespace keras
