// Runs a cell step by step, for cells without a whole-sequence kernel
// (keras/src/backend/jax/rnn.py).
#pragma once

#include <utility>

#include "base/function_ref.h"
#include "tensor/tensor.h"
#include "tree/tree.h"

namespace keras {

struct RnnLoopOptions {
  bool go_backwards = false;
  bool unroll = false;  // changes the output of masked first steps; zero_output_for_mask is ignored
  bool zero_output_for_mask = false;
  bool return_all_outputs = true;
};

struct RnnLoopResult {
  Tensor last_output;
  Tensor outputs;  // [batch, steps, ...] in processing order; null unless all are returned
  Tree states;     // as the initial states
};

// One step: takes input [batch, ...] and states, returns output and new states in the same tree.
using RnnStep = FunctionRef<std::pair<Tensor, Tree>(const Tensor& input, const Tree& states)>;

// sequences is [batch, steps, ...]; mask is [batch, steps] (true keeps) or null.
RnnLoopResult rnn_loop(const RnnStep& step, const Tensor& sequences, const Tree& initial_states,
                       const Tensor& mask, const RnnLoopOptions& options);

}  // namespace keras
