// A cell that somebody outside of the core implements: a layer whose state sizes are given to it.
#pragma once

#include "layers/rnn/rnn_cell.h"

namespace keras {

class CustomRNNCell : public Layer, public RNNCell {
 public:
  // An int, or a list of ints. ValueError for anything else.
  void set_state_size(Nest size);
  void set_output_size(std::optional<int64_t> size) { output_size_ = size; }

  Nest state_size() const override;
  std::optional<int64_t> output_size() const override { return output_size_; }
  // Zeros, as Keras makes them for cells that do not say.
  Nest get_initial_state(int64_t batch_size) override;

 private:
  Nest state_size_;
  std::optional<int64_t> output_size_;
};

}  // namespace keras
