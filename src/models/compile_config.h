// The compile_config of a model. Nothing is trained here, so losses, optimizers and metrics are
// kept as written, and unknown ones do not prevent opening a model. As in Keras, they do prevent
// cloning it.
#pragma once

#include <string_view>

#include "json/value.h"

namespace keras {

// Fails as Keras's compile_from_config: ValueError for a Python lambda in safe mode, TypeError
// "Could not locate ..." for an unknown class or function.
void check_compile_config(const json::Value& config);

bool is_loss_or_metric_function(std::string_view name);

}  // namespace keras
