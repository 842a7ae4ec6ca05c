#include "layers/rnn/custom_rnn_cell.h"

#include "base/error.h"

namespace keras {

void CustomRNNCell::set_state_size(Nest size) {
  for_each_leaf(size, [](const Nest& leaf) {
    if (leaf.is_int()) return;
    throw value_error(
        "state_size must be an integer, or a list/tuple of integers (one for each state tensor).");
  });
  state_size_ = std::move(size);
}

Nest CustomRNNCell::state_size() const {
  if (state_size_.is_none()) {
    throw value_error("state_size must be specified as property on the RNN cell.");
  }
  return state_size_;
}

Nest CustomRNNCell::get_initial_state(int64_t batch_size) {
  const Nest states = zero_states(state_size(), batch_size, compute_dtype());
  return states.is_nested() ? states : Nest::list({states});
}

}  // namespace keras
