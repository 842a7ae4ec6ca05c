#include "layers/rnn/rnn_cell.h"

#include "base/error.h"
#include "ops/numpy.h"

namespace keras {

RNNCell& as_rnn_cell(const LayerPtr& layer) {
  auto* cell = dynamic_cast<RNNCell*>(layer.get());
  if (cell == nullptr) {
    throw value_error(
        "The RNN cell should have a `state_size` attribute (single integer or list of integers, "
        "one integer per RNN state). Received: cell=" +
        repr(Nest(std::static_pointer_cast<Object>(layer))));
  }
  return *cell;
}

int64_t rnn_output_size(const RNNCell& cell) {
  if (const auto size = cell.output_size()) return *size;
  Nest size = cell.state_size();
  while (size.is_sequence()) size = Nest(size.items().front());
  return size.as_int();
}

Tensor zero_state(const Shape& shape, DType dtype) {
  return shape.is_fully_defined() ? ops::zeros(shape, dtype) : Tensor::abstract(shape, dtype);
}

Nest zero_states(const Nest& sizes, int64_t batch_size, DType dtype) {
  return map_structure(sizes, [&](const Nest& size) {
    return Nest(zero_state({batch_size, size.as_int()}, dtype));
  });
}

}  // namespace keras
