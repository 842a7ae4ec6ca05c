#include "layers/rnn/rnn_cell.h"

#include "base/error.h"
#include "ops/numpy.h"

namespace keras {

RNNCell* find_rnn_cell(const LayerPtr& layer) {
  auto* cell = dynamic_cast<RNNCell*>(layer.get());
  return cell != nullptr && cell->is_cell() ? cell : nullptr;
}

RNNCell& as_rnn_cell(const LayerPtr& layer) {
  RNNCell* cell = find_rnn_cell(layer);
  if (cell == nullptr) {
    raise_value_error(
        {"The RNN cell should have a `state_size` attribute (single integer or list of integers, "
         "one integer per RNN state). Received: cell=",
         repr(Tree(std::static_pointer_cast<Object>(layer)))});
  }
  return *cell;
}

Tree checked_state_size(Tree size) {
  for_each_leaf(size, [](const Tree& leaf) {
    if (leaf.is_int()) return;
    raise_value_error(
        {"state_size must be an integer, or a list/tuple of integers (one for each state "
         "tensor)."});
  });
  return size;
}

std::pair<Tensor, Tree> output_and_states(const Layer& cell, const Tree& result) {
  if (result.is_sequence() && result.items().size() == 2 && result.items()[0].is_tensor()) {
    return {result.items()[0].as_tensor(), result.items()[1]};
  }
  raise_type_error(
      {"The cell '", cell.name(),
       "' must return its output and its new states: (output, states). Received: ", repr(result)});
}

Tensor state_at(const Tree& states, size_t i) {
  if (!states.is_nested() && i == 0) return states.as_tensor();
  if (!states.is_sequence() || i >= states.items().size()) {
    raise_index_error({"list index out of range"});
  }
  return states.items()[i].as_tensor();
}

int64_t rnn_output_size(const RNNCell& cell) {
  if (const auto size = cell.output_size()) return *size;
  Tree size = cell.state_size();
  while (size.is_sequence()) {
    if (size.items().empty()) raise_index_error({"list index out of range"});
    size = Tree(size.items().front());
  }
  return size.as_int();
}

Tensor zero_state(const Shape& shape, DType dtype) {
  return shape.is_fully_defined() ? ops::zeros(shape, dtype) : Tensor::abstract(shape, dtype);
}

Tree zero_states(const Tree& sizes, int64_t batch_size, DType dtype) {
  return map_structure(sizes, [&](const Tree& size) {
    return Tree(zero_state({batch_size, size.as_int()}, dtype));
  });
}

}  // namespace keras
