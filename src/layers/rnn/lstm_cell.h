// LSTMCell: one step of an LSTM. Gates are ordered i, f, c, o (keras/src/layers/rnn/lstm.py).
#pragma once

#include "layers/rnn/dropout_rnn_cell.h"

namespace keras {

class LSTMCell final : public DropoutRNNCell {
 public:
  void cell_fields(FieldVisitor& f, RegularizerPtr* activity_regularizer) override;
  void validate() override;

  Tree state_size() const override { return Tree::list({units_, units_}); }
  std::optional<int64_t> output_size() const override { return units_; }
  Tree get_initial_state(int64_t batch_size) override;
  std::vector<WholeSequence> whole_sequences(bool training) override;

  Tree call(const CallArgs& args) override;

 protected:
  void build_one(const Shape& input_shape) override;
  InitializerPtr make_bias_initializer() const override;

 private:
  // Pre-activations by gate.
  std::vector<Tensor> fused_gates(const Tensor& input, const Tensor& state, bool training);
  std::vector<Tensor> split_gates(const Tensor& input, const Tensor& state, bool training);

  bool unit_forget_bias_ = true;
};

// Ones for the forget gate, and `initializer` for the others.
InitializerPtr forget_gate_initializer(InitializerPtr initializer);

// Output and states of a step, from pre-activations and the cell state.
Tree lstm_step(const std::vector<Tensor>& gates, const Tensor& carry, const Activation& activation,
               const Activation& recurrent_activation);

extern const ClassInfo kLSTMCellClass;

}  // namespace keras
