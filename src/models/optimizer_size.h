// How much the optimizer of a compiled model remembers of each weight (keras/src/optimizers): what
// summary() counts. Nothing is trained here.
#pragma once

#include <optional>

#include "json/value.h"
#include "layers/layer.h"

namespace keras {

// What variables take.
struct VariablesSize {
  int64_t count = 0;  // of numbers
  int64_t bytes = 0;
};

// Of the optimizer that a compile_config describes, built for these weights. Nothing when it is not
// one whose variables are known.
std::optional<VariablesSize> optimizer_size(const json::Value& compile_config,
                                            const Layer::Variables& trainable);

}  // namespace keras
