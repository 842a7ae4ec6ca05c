// Converts the `training_config` of legacy files and the `compile_config` of tf.keras to
// Keras 3's `compile_config`.
#pragma once

#include <string_view>

#include "json/value.h"
#include "models/legacy/notes.h"

namespace keras {
namespace legacy {

// Updates modules and arguments of the records. Drops optimizers, losses and metrics that are
// neither Keras's nor custom objects, with a warning; without an optimizer the config is empty.
json::Value modern_compile_config(const json::Value& config, Notes& notes);

}  // namespace legacy

// The `training_config` of an `.h5` file, as the `compile_config` that Keras has after loading it.
json::Value compile_config_of_training(const json::Value& training);

// The reverse, where the optimizer has its own name and path. Null for a model that
// is not compiled.
json::Value training_config_of(const json::Value& compile_config);

}  // namespace keras
