// Creates the graph described by the config of a Functional model
// (keras/src/models/functional.py, functional_from_config).
#pragma once

#include <vector>

#include "json/value.h"
#include "tree/tree.h"

namespace keras {

struct RevivedGraph {
  Tree inputs, outputs;
  // Keeps the calls alive.
  std::vector<Tree> held;
};

// Makes the layers and then their calls, in Keras's order. Linear in both. Errors carry their path
// in the config; calls whose inputs are never made are Keras's ValueError.
RevivedGraph revive_graph(const json::Object& config);

}  // namespace keras
