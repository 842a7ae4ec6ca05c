// A recurrent sequence step by step, for cells without a kernel of their own
// (keras/src/backend/jax/rnn.py).
#pragma once

#include <utility>

#include "base/function_ref.h"
#include "tensor/tensor.h"
#include "tree/tree.h"

namespace keras {

struct RnnLoopOptions {
  bool go_backwards = false;
  bool unroll = false;  // changes what a masked first step gives; zero_output_for_mask is ignored
  bool zero_output_for_mask = false;
  bool return_all_outputs = true;
};

struct RnnLoopResult {
  Tensor last_output;
  Tensor outputs;  // [batch, steps, ...] in the order of processing; none unless all are returned
  Tree states;     // as the initial states
};

// One step: input [batch, ...] and states give output and new states, nested as the old ones.
using RnnStep = FunctionRef<std::pair<Tensor, Tree>(const Tensor& input, const Tree& states)>;

// sequences [batch, steps, ...]; mask [batch, steps], true counts, or no tensor.
RnnLoopResult rnn_loop(const RnnStep& step, const Tensor& sequences, const Tree& initial_states,
                       const Tensor& mask, const RnnLoopOptions& options);

}  // namespace keras
