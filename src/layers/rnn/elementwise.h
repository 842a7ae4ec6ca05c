// Which activations the recurrent kernels can apply themselves.
#pragma once

#include <optional>

#include "activations/activation.h"
#include "kernels/unary.h"

namespace keras {

struct ElementwiseActivation {
  kernels::Unary function;
  kernels::UnaryParams params;
};
// Nothing for softmax and its like, for custom functions and for layers.
std::optional<ElementwiseActivation> elementwise(const Activation& activation);

}  // namespace keras
