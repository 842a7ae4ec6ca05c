#include "layers/rnn/rnn_loop.h"

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "layers/rnn/rnn_cell.h"
#include "ops/ops.h"

namespace keras {
namespace {

// Reshapes mask [batch] to [batch, 1, ...], with the rank of the tensor.
Tensor beside(const Tensor& mask, const Tensor& tensor) {
  std::vector<int64_t> shape(static_cast<size_t>(std::max(tensor.rank(), 1)), 1);
  shape[0] = mask.shape()[0];
  return ops::reshape(mask, shape);
}

Tensor choose(const Tensor& mask, const Tensor& counted, const Tensor& otherwise) {
  return ops::where(beside(mask, counted), counted, otherwise);
}

Tree choose_states(const Tensor& mask, const Tree& counted, const Tree& otherwise) {
  const std::vector<Tree> before = flatten(otherwise);
  std::vector<Tree> states = flatten(counted);
  for (size_t i = 0; i < states.size(); ++i) {
    states[i] = choose(mask, states[i].as_tensor(), before[i].as_tensor());
  }
  return pack_as(otherwise, states);
}

// As JAX's scan, rejects states whose shape changes.
void check_same_shapes(const Tree& after, const Tree& before) {
  const std::vector<Tensor> new_states = flatten_tensors(after), states = flatten_tensors(before);
  for (size_t i = 0; i < states.size(); ++i) {
    if (new_states[i].shape() == states[i].shape()) continue;
    raise_value_error(
        {"A state of a recurrent layer must keep its shape from step to step. Received: a state of "
         "shape ",
         repr(states[i].shape()), ", which has shape ", repr(new_states[i].shape()),
         " after a step"});
  }
}

// Replaces the previous output at the first step: the first state of the last stacked cell.
Tensor output_of(const Tree& states) {
  if (states.items().empty()) raise_index_error({"list index out of range"});
  const Tree& first = states.items().front();
  if (!first.is_nested()) return first.as_tensor();
  return state_at(states.items().back(), 0);
}

}  // namespace

RnnLoopResult rnn_loop(const RnnStep& step, const Tensor& sequences, const Tree& initial_states,
                       const Tensor& mask, const RnnLoopOptions& options) {
  std::vector<Tensor> inputs = ops::unstack(sequences, {}, 1);
  std::vector<Tensor> masks;
  if (mask) masks = ops::unstack(mask, {}, 1);
  if (inputs.empty()) raise_value_error({"Unrolling requires a fixed number of timesteps."});
  if (options.go_backwards) {
    std::reverse(inputs.begin(), inputs.end());
    std::reverse(masks.begin(), masks.end());
  }
  Tree states = initial_states;
  std::vector<Tensor> outputs;
  Tensor previous;
  for (size_t t = 0; t < inputs.size(); ++t) {
    auto [output, new_states] = step(inputs[t], states);
    if (mask) {
      const bool zero = options.unroll ? t == 0 : options.zero_output_for_mask;
      const Tensor otherwise = zero             ? ops::zeros_like(output)
                               : options.unroll ? previous
                                                : output_of(states);
      output = choose(masks[t], output, otherwise);
      new_states = choose_states(masks[t], new_states, states);
    }
    if (!options.unroll) check_same_shapes(new_states, states);
    states = std::move(new_states);
    previous = output;
    if (options.return_all_outputs) outputs.push_back(output);
  }
  return {previous, outputs.empty() ? Tensor() : ops::stack(outputs, 1), states};
}

}  // namespace keras
