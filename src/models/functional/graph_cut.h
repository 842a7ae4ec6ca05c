// Models between inner tensors of a graph: the inputs that no InputLayer made become new ones
// (clone_graph_nodes of keras/src/models/functional.py).
#pragma once

#include <string>

#include "base/function_ref.h"
#include "tree/tree.h"

namespace keras {

// Names the input that takes the place of a tensor.
using InputNamer = FunctionRef<std::string(const Tensor&)>;

// Leaves both as they are when every input comes from an InputLayer (or is no symbolic tensor at
// all). Otherwise the calls in between are repeated on new inputs, named `<tensor name>CLONE` by
// default; the layers are shared.
void cut_graph(Tree& inputs, Tree& outputs, const InputNamer& name_of = nullptr);

}  // namespace keras
