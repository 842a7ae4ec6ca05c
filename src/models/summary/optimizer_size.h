// The size of a compiled model's optimizer variables (keras/src/optimizers), for summary().
#pragma once

#include <optional>

#include "json/value.h"
#include "layers/layer.h"

namespace keras {

// Element count and bytes of variables.
struct VariablesSize {
  int64_t count = 0;
  int64_t bytes = 0;
};

// For the optimizer of a compile_config, built for these weights. Nothing for optimizers with
// unknown variables.
std::optional<VariablesSize> optimizer_size(const json::Value& compile_config,
                                            const Layer::Variables& trainable);

}  // namespace keras
