// Computes the new state of a recurrent layer from its gates in one pass, for the
// default activations sigmoid and tanh. Arrays have `units` values; gates are
// consecutive, in Keras's order.
#pragma once

#include <cstdint>

namespace keras::kernels {

// gates: i, f, c, o. Updates c and h.
void lstm_gates(const float* gates, int64_t units, float* c, float* h);
// gates: z, r, h of the input; `inner` is the candidate's product with the state. Updates h.
void gru_reset_after_gates(const float* gates, const float* inner, int64_t units, float* h);

}  // namespace keras::kernels
