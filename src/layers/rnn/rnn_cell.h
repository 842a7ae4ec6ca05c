// What an RNN layer asks of its cell: a layer that also knows its state
// (keras/src/layers/rnn/rnn.py).
#pragma once

#include <optional>
#include <utility>

#include "layers/layer.h"
#include "ops/nn.h"

namespace keras {

// All steps of a sequence as one computation, for cells that have a kernel for it.
struct WholeSequence {
  ops::RnnOptions options;  // kind and activations
  Tensor kernel, recurrent_kernel, bias;
  Tensor dropout;  // what scales the input of every step, if anything
};

class RNNCell {
 public:
  virtual ~RNNCell() = default;

  // Whether this is a cell at all: a class of the host is, when it says its state size.
  virtual bool is_cell() const { return true; }
  // An int for a single state, else a list of them; cells that hold cells have a list of such.
  virtual Tree state_size() const = 0;
  virtual std::optional<int64_t> output_size() const = 0;
  // The state in front of the first step. Only shapes when the batch size is None.
  virtual Tree get_initial_state(int64_t batch_size) = 0;

  // Before a sequence: what is dropped at random stays dropped for all of its steps. `step_shape`
  // is that of one step's input, `state` the initial state.
  virtual void draw_dropout_masks(const Shape& /*step_shape*/, const Tree& /*state*/,
                                  bool /*training*/) {}
  // Afterwards.
  virtual void reset_dropout_masks() {}
  // One for this cell, or for each that is stacked in it; empty when the steps have to be taken one
  // by one.
  virtual std::vector<WholeSequence> whole_sequences(bool /*training*/) { return {}; }
};

// The layer as a cell; null when it is none.
RNNCell* find_rnn_cell(const LayerPtr& layer);
// The layer as a cell. ValueError "... should have a `state_size` attribute" when it is none.
RNNCell& as_rnn_cell(const LayerPtr& layer);
// A state size that somebody outside of the core gave: an int, or lists of ints. ValueError for
// anything else.
Tree checked_state_size(Tree size);
// What a cell gave for a step, as output and states. TypeError for anything but these two.
std::pair<Tensor, Tree> output_and_states(const Layer& cell, const Tree& result);
// State i of a cell that may have been given a single one without a list. IndexError when there are
// fewer.
Tensor state_at(const Tree& states, size_t i);
// output_size, or the first of the state sizes.
int64_t rnn_output_size(const RNNCell& cell);
// Zeros; only their shape when the batch size is None.
Tensor zero_state(const Shape& shape, DType dtype);
// A tree of sizes as zeros of [batch, size] each.
Tree zero_states(const Tree& sizes, int64_t batch_size, DType dtype);

}  // namespace keras
