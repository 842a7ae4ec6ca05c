// Recurrent layers; one call runs a whole sequence
// (keras/src/layers/rnn, keras/src/backend/jax/rnn.py).
#pragma once

#include <cstdint>

#include "kernels/unary.h"

namespace keras::kernels {

// Gates are ordered as in Keras: LSTM i, f, c, o; GRU z, r, h.
enum class RnnKind : uint8_t { kSimple, kLstm, kGru, kGruResetAfter };

struct Rnn {
  RnnKind kind = RnnKind::kLstm;
  int64_t batch = 1, steps = 1, features = 1, units = 1;
  Unary activation = Unary::kTanh;
  Unary recurrent_activation = Unary::kSigmoid;
  UnaryParams activation_params = {};
  UnaryParams recurrent_activation_params = {};
  bool go_backwards = false;
  bool return_sequences = false;
  bool zero_output_for_mask = false;
  // only affects masks: a masked first step gives zeros, and zero_output_for_mask is ignored
  bool unroll = false;
};

constexpr int rnn_gates(RnnKind kind) {
  return kind == RnnKind::kSimple ? 1 : kind == RnnKind::kLstm ? 4 : 3;
}

// kernel [features, gates * units], recurrent [units, gates * units], bias [gates * units], or [2,
// gates * units] for kGruResetAfter; bias may be null.
int64_t rnn_packed_floats(const Rnn& p);
void pack_rnn(const Rnn& p, const float* kernel, const float* recurrent, const float* bias,
              float* packed);

// Inputs and outputs of one call. Arrays are dense; optional ones may be null.
struct RnnArrays {
  const float* x = nullptr;  // [batch, steps, features]
  const float* packed = nullptr;
  const uint8_t* mask = nullptr;     // optional, [batch, steps], 0 is masked
  const float* initial_h = nullptr;  // optional (zeros), [batch, units]
  const float* initial_c = nullptr;  // optional, LSTM only
  float* y = nullptr;        // [batch, steps, units] with return_sequences, else [batch, units]
  float* last_h = nullptr;   // optional, [batch, units]
  float* last_c = nullptr;   // optional, LSTM only
  float* scratch = nullptr;  // rnn_scratch_floats(p), 16-byte aligned
};
int64_t rnn_scratch_floats(const Rnn& p);
void rnn(const Rnn& p, const RnnArrays& arrays);

}  // namespace keras::kernels
