// Calls in the configs of functional models of Keras 2, as Keras 3 writes them.
#pragma once

#include <string>

#include "json/value.h"

namespace keras::legacy {

// Keras 3 refuses names with slashes, which older Keras allowed.
std::string without_slashes(std::string name);

// Rewrites `inbound_nodes`, `input_layers` and `output_layers` of a functional model's config:
// [["x", 0, 0, {}]] becomes {"args": [tensor], "kwargs": {}}.
void modernize_calls(json::Object& config);

// Makes the layers among the config's inputs and outputs that are lists of one bare tensors.
void unwrap_single_ends(json::Object& config);

}  // namespace keras::legacy
