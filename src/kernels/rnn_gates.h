// The new state of a recurrent layer from its gates, in one pass: for the activations that layers
// have unless told otherwise, sigmoid and tanh. Arrays have `units` values; gates lie one after the
// other in Keras's order.
#pragma once

#include <cstdint>

namespace keras::kernels {

// gates: i, f, c, o. c and h are replaced.
void lstm_gates(const float* gates, int64_t units, float* c, float* h);
// gates: z, r, h of the input; `inner` is the candidate's product with the state. h is replaced.
void gru_reset_after_gates(const float* gates, const float* inner, int64_t units, float* h);

}  // namespace keras::kernels
