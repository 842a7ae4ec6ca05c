// The `noise_shape` argument of dropout layers.
#pragma once

#include <optional>

#include "layers/argument_validation.h"

namespace keras {

using NoiseShape = Given<"readonly (number | null)[] | null">;

// Nothing for null. Keras's ValueErrors.
std::optional<Shape> parse_noise_shape(const json::Value& given);

}  // namespace keras
