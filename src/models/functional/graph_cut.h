// Models between intermediate tensors: replaces inputs that no InputLayer made by new ones
// (clone_graph_nodes in keras/src/models/functional.py).
#pragma once

#include <string>

#include "base/function_ref.h"
#include "tree/tree.h"

namespace keras {

// Returns the name of the input that replaces a tensor.
using InputNamer = FunctionRef<std::string(const Tensor&)>;

// Does nothing when every input comes from an InputLayer or is not a KerasTensor. Otherwise repeats
// the calls in between on new inputs, named `<tensor name>CLONE` by default; layers are shared.
void cut_graph(Tree& inputs, Tree& outputs, const InputNamer& name_of = nullptr);

}  // namespace keras
