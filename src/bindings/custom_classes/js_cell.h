// JavaScript layers as cells of recurrent layers, by `stateSize`, `outputSize` and
// `getInitialState` of the JavaScript object.
#pragma once

#include "bindings/custom_classes/js_class.h"
#include "layers/rnn/rnn_cell.h"

namespace keras::bindings {

class JsCell : public RNNCell {
 public:
  bool is_cell() const override;
  Tree state_size() const override;
  std::optional<int64_t> output_size() const override;
  Tree get_initial_state(int64_t batch_size) override;
  void draw_dropout_masks(const Shape& step_shape, const Tree& state, bool training) override;
  void reset_dropout_masks() override;
  std::vector<WholeSequence> whole_sequences(bool training) override;

 private:
  virtual const Layer& this_layer() const = 0;
  virtual const JsClass& this_class() const = 0;
  // The built-in cell that the class extends; null when there is none.
  RNNCell* extended() const;
  // [stateSize, outputSize]; None when the object lacks them.
  Tree stated() const;
};

}  // namespace keras::bindings
