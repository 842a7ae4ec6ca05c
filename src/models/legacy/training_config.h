// How a model was compiled: the `training_config` of legacy files, and the `compile_config` of
// tf.keras, as Keras 3 writes a `compile_config`.
#pragma once

#include <string_view>

#include "json/value.h"
#include "models/legacy/notes.h"

namespace keras {
namespace legacy {

// Records get today's modules and arguments. An optimizer, loss or metric that is not one of Keras
// or of the custom objects is left out with a warning; without optimizer there is no config.
json::Value modern_compile_config(const json::Value& config, Notes& notes);

}  // namespace legacy

// An `.h5` file's `training_config`, as the `compile_config` that Keras has after
// loading it.
json::Value compile_config_of_training(const json::Value& training);

// The other way round: the optimizer has a name and place of its own there. Null for a model that
// is not compiled.
json::Value training_config_of(const json::Value& compile_config);

}  // namespace keras
