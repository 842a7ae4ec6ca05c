// Models between inner tensors of a graph: the inputs that no InputLayer made become new ones
// (clone_graph_nodes of keras/src/models/functional.py).
#pragma once

#include "serialization/nest.h"

namespace keras {

// Leaves both as they are when every input comes from an InputLayer (or is no symbolic tensor at all).
// Otherwise the calls in between are repeated on new inputs named `<tensor name>CLONE`; the layers are shared.
void cut_graph(Nest& inputs, Nest& outputs);

}  // namespace keras
