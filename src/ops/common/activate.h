// Computes the activation that a layer's config names (activations/activation.h).
#pragma once

#include <optional>

#include "activations/activation.h"
#include "runtime/step.h"
#include "tensor/tensor.h"

namespace keras::ops {

// A built-in with Keras's default arguments, a custom function, or a layer.
Tensor activate(const Activation& activation, const Tensor& x);
// The function of one element that a built-in is, which recurrent kernels take; nothing for
// activations over an axis, such as softmax.
std::optional<runtime::Activation> elementwise_form(const Activation& activation);

// Makes activation functions callable (set_activation_caller). Called once at start-up.
void install_activations();

}  // namespace keras::ops
