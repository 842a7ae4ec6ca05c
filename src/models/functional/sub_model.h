// A model between tensors of another one, of its layers and weights.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "models/functional/functional.h"

namespace keras {

// `inputs` and `outputs` are nests whose leaves say which tensors of the model are meant:
//   a KerasTensor         itself
//   a layer, or its name  what goes into it as an input, what comes out of it as an output: both
//   ends are inclusive "dense:0"             the first output of that layer, also as an input;
//   "dense@1:0" of its second call "dense@1"             the layer in its second call
// Without inputs, those of the model. Inner tensors become new Inputs, named after the layer that
// made them. ValueError for names and layers that the model has not, for a layer of several calls
// of which none was chosen, and for outputs that need more than the inputs.
std::shared_ptr<Functional> sub_model(const Model& model, const std::optional<Tree>& inputs,
                                      const Tree& outputs, std::optional<std::string> name = {});

}  // namespace keras
