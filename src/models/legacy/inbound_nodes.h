// Converts calls in Functional configs from Keras 2 to Keras 3.
#pragma once

#include <string>

#include "json/value.h"

namespace keras::legacy {

// Replaces slashes, which only older Keras allows in names.
std::string without_slashes(std::string name);

// Rewrites `inbound_nodes`, `input_layers` and `output_layers`: [["x", 0, 0, {}]] becomes {"args":
// [tensor], "kwargs": {}}.
void modernize_calls(json::Object& config);

// Unwraps inputs and outputs that are lists with a single tensor.
void unwrap_single_ends(json::Object& config);

}  // namespace keras::legacy
