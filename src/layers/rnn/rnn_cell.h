// The interface of recurrent cells: layers with a state (keras/src/layers/rnn/rnn.py).
#pragma once

#include <optional>
#include <utility>

#include "layers/layer.h"
#include "ops/nn.h"

namespace keras {

// A whole sequence as one computation, for cells with a kernel.
struct WholeSequence {
  ops::RnnOptions options;  // kind and activations
  Tensor kernel, recurrent_kernel, bias;
  Tensor dropout;  // the factor of every step's input; may be null
};

class RNNCell {
 public:
  virtual ~RNNCell() = default;

  // Whether this is a cell. JavaScript classes are, if they define a state size.
  virtual bool is_cell() const { return true; }
  // An int for a single state, else a list; cells that stack cells return a list of lists.
  virtual Tree state_size() const = 0;
  virtual std::optional<int64_t> output_size() const = 0;
  // The state before the first step; only shapes when the batch size is None.
  virtual Tree get_initial_state(int64_t batch_size) = 0;

  // Called before a sequence: draws the dropout masks that all its steps share. `step_shape` is the
  // shape of one step's input.
  virtual void draw_dropout_masks(const Shape& /*step_shape*/, const Tree& /*state*/,
                                  bool /*training*/) {}
  // Called after a sequence.
  virtual void reset_dropout_masks() {}
  // One per stacked cell; empty when the steps must run one by one.
  virtual std::vector<WholeSequence> whole_sequences(bool /*training*/) { return {}; }
};

// null when the layer is not a cell
RNNCell* find_rnn_cell(const LayerPtr& layer);
// ValueError "... should have a `state_size` attribute" when the layer is not a cell.
RNNCell& as_rnn_cell(const LayerPtr& layer);
// Validates a state size from JavaScript: an int, or lists of ints. ValueError for anything else.
Tree checked_state_size(Tree size);
// Splits the result of a cell's call into output and states. TypeError for anything else.
std::pair<Tensor, Tree> output_and_states(const Layer& cell, const Tree& result);
// State i of a cell, which may be given a single state without a list. IndexError when missing.
Tensor state_at(const Tree& states, size_t i);
// output_size, or the first state size.
int64_t rnn_output_size(const RNNCell& cell);
// Zeros; only a shape when the batch size is None.
Tensor zero_state(const Shape& shape, DType dtype);
// A tree of sizes as zeros of [batch, size] each.
Tree zero_states(const Tree& sizes, int64_t batch_size, DType dtype);

}  // namespace keras
