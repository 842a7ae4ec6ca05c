// How a model was compiled in Keras. Nothing is trained here: losses, optimizers and metrics are
// kept as they are written, and unknown ones keep no model from opening. A compiled model that
// Keras could not clone is not cloned, though.
#pragma once

#include <string_view>

#include "json/value.h"

namespace keras {

// As Keras's compile_from_config fails: ValueError for a Python lambda in safe mode, TypeError
// "Could not locate ..." for a class or function that is neither Keras's nor registered nor in the
// custom objects.
void check_compile_config(const json::Value& config);

// Whether keras.losses or keras.metrics has a function of that name.
bool is_loss_or_metric_function(std::string_view name);

}  // namespace keras
