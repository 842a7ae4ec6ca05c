// SimpleRNNCell: activation(input * kernel + state * recurrent_kernel + bias)
// (keras/src/layers/rnn/simple_rnn.py).
#pragma once

#include "layers/rnn/dropout_rnn_cell.h"

namespace keras {

class SimpleRNNCell final : public DropoutRNNCell {
 public:
  void cell_fields(FieldVisitor& f, RegularizerPtr* activity_regularizer) override;
  void configure(const json::Object& config) override;
  void validate() override;
  // Draws an unset seed before the initializers draw theirs, as Keras does.
  void prepare_seed(const json::Object& config);

  Tree state_size() const override { return units_; }
  std::optional<int64_t> output_size() const override { return units_; }
  Tree get_initial_state(int64_t batch_size) override;
  std::vector<WholeSequence> whole_sequences(bool training) override;

  const CallSignature& call_signature() const override;
  Tree call(const CallArgs& args) override;

 protected:
  void build_one(const Shape& input_shape) override;
  bool drops(double rate) const override { return rate > 0; }
};

extern const ClassInfo kSimpleRNNCellClass;

}  // namespace keras
