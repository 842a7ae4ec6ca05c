// The graph that the config of a Functional model describes (keras/src/models/functional.py,
// functional_from_config).
#pragma once

#include <vector>

#include "json/value.h"
#include "tree/tree.h"

namespace keras {

struct RevivedGraph {
  Tree inputs, outputs;
  // Calls live as long as somebody holds their tensors.
  std::vector<Tree> held;
};

// Makes the layers of the config, then their calls, in the order in which Keras makes them. Linear
// in both. Errors carry their place in the config; calls whose inputs never come to exist are
// Keras's ValueError.
RevivedGraph revive_graph(const json::Object& config);

}  // namespace keras
