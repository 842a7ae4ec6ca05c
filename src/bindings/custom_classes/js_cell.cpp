#include "bindings/custom_classes/js_cell.h"

#include "bindings/callbacks.h"
#include "layers/delegate.h"

namespace keras::bindings {

RNNCell* JsCell::extended() const {
  const auto* outer = dynamic_cast<const Delegate*>(&this_layer());
  return outer == nullptr ? nullptr : find_rnn_cell(outer->delegate());
}

Tree JsCell::stated() const {
  return call_js_object(this_layer().uid(), "cell", pack_arguments({}));
}

bool JsCell::is_cell() const { return extended() != nullptr || !stated().is_none(); }

Tree JsCell::state_size() const {
  const Tree own = stated();
  return own.is_none() ? extended()->state_size() : checked_state_size(own.items().at(0));
}

std::optional<int64_t> JsCell::output_size() const {
  const Tree own = stated();
  if (own.is_none()) return extended()->output_size();
  const Tree& size = own.items().at(1);
  return size.is_none() ? std::nullopt : std::optional(size.as_int());
}

Tree JsCell::get_initial_state(int64_t batch_size) {
  Tree states;
  if (this_class().defines("getInitialState") && batch_size != kNone) {
    states = call_js_object(this_layer().uid(), "getInitialState", pack_arguments({batch_size}));
  } else if (stated().is_none()) {
    return extended()->get_initial_state(batch_size);
  } else {
    states = zero_states(state_size(), batch_size, this_layer().compute_dtype());
  }
  return states.is_nested() ? states : Tree::list({states});
}

void JsCell::draw_dropout_masks(const Shape& step_shape, const Tree& state, bool training) {
  if (RNNCell* cell = extended()) cell->draw_dropout_masks(step_shape, state, training);
}

void JsCell::reset_dropout_masks() {
  if (RNNCell* cell = extended()) cell->reset_dropout_masks();
}

std::vector<WholeSequence> JsCell::whole_sequences(bool training) {
  RNNCell* cell = this_class().defines("call") ? nullptr : extended();
  return cell == nullptr ? std::vector<WholeSequence>() : cell->whole_sequences(training);
}

}  // namespace keras::bindings
