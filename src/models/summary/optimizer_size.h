// Size of the optimizer variables of a compiled model (keras/src/optimizers), for summary().
// Nothing is trained here.
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

// For the optimizer in a compile_config, built for these weights. Nothing for optimizers whose
// variables are not known here.
std::optional<VariablesSize> optimizer_size(const json::Value& compile_config,
                                            const Layer::Variables& trainable);

}  // namespace keras
