// GRUCell: one step of a GRU. Gates are ordered z, r, h (keras/src/layers/rnn/gru.py).
#pragma once

#include "layers/rnn/dropout_rnn_cell.h"

namespace keras {

class GRUCell final : public DropoutRNNCell {
 public:
  void cell_fields(FieldVisitor& f, RegularizerPtr* activity_regularizer) override;
  void validate() override;

  Tree state_size() const override { return units_; }
  std::optional<int64_t> output_size() const override { return units_; }
  Tree get_initial_state(int64_t batch_size) override;
  std::vector<WholeSequence> whole_sequences(bool training) override;

  Tree call(const CallArgs& args) override;

 protected:
  void build_one(const Shape& input_shape) override;

 private:
  bool reset_after_ = true;
};

extern const ClassInfo kGRUCellClass;

}  // namespace keras
