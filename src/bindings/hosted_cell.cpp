#include "bindings/hosted_cell.h"

#include "bindings/host.h"
#include "layers/delegate.h"

namespace keras::bindings {

RNNCell* HostedCell::extended() const {
  const auto* outer = dynamic_cast<const Delegate*>(&this_layer());
  return outer == nullptr ? nullptr : find_rnn_cell(outer->delegate());
}

Nest HostedCell::stated() const {
  return call_host_object(this_layer().uid(), "cell", pack_arguments({}, {}));
}

bool HostedCell::is_cell() const { return extended() != nullptr || !stated().is_none(); }

Nest HostedCell::state_size() const {
  const Nest own = stated();
  return own.is_none() ? extended()->state_size() : checked_state_size(own.items().at(0));
}

std::optional<int64_t> HostedCell::output_size() const {
  const Nest own = stated();
  if (own.is_none()) return extended()->output_size();
  const Nest& size = own.items().at(1);
  return size.is_none() ? std::nullopt : std::optional(size.as_int());
}

Nest HostedCell::get_initial_state(int64_t batch_size) {
  Nest states;
  if (this_class().defines("getInitialState") && batch_size != kNone) {
    states =
        call_host_object(this_layer().uid(), "getInitialState", pack_arguments({batch_size}, {}));
  } else if (stated().is_none()) {
    return extended()->get_initial_state(batch_size);
  } else {
    states = zero_states(state_size(), batch_size, this_layer().compute_dtype());
  }
  return states.is_nested() ? states : Nest::list({states});
}

void HostedCell::draw_dropout_masks(const Shape& step_shape, const Nest& state, bool training) {
  if (RNNCell* cell = extended()) cell->draw_dropout_masks(step_shape, state, training);
}

void HostedCell::reset_dropout_masks() {
  if (RNNCell* cell = extended()) cell->reset_dropout_masks();
}

std::vector<WholeSequence> HostedCell::whole_sequences(bool training) {
  RNNCell* cell = this_class().defines("call") ? nullptr : extended();
  return cell == nullptr ? std::vector<WholeSequence>() : cell->whole_sequences(training);
}

}  // namespace keras::bindings
