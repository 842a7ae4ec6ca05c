// The `activation` argument of a layer, applied.
#pragma once

#include "activations/activation.h"
#include "tensor/tensor.h"

namespace keras {

// A built-in function, a custom one, or a layer used as one.
Tensor activate(const Activation& activation, const Tensor& x);

}  // namespace keras
