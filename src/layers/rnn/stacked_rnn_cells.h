// StackedRNNCells: a stack of cells as one cell (keras/src/layers/rnn/stacked_rnn_cells.py).
#pragma once

#include "layers/layer_list.h"
#include "layers/rnn/rnn_cell.h"

namespace keras {

class StackedRNNCells final : public Layer, public RNNCell {
 public:
  void fields(FieldVisitor& f) override;
  void validate() override;
  bool wraps_errors_of_from_config() const override { return false; }

  Tree state_size() const override;
  std::optional<int64_t> output_size() const override;
  Tree get_initial_state(int64_t batch_size) override;
  void draw_dropout_masks(const Shape& step_shape, const Tree& state, bool training) override;
  void reset_dropout_masks() override;
  std::vector<WholeSequence> whole_sequences(bool training) override;

  const CallSignature& call_signature() const override;
  Tree call(const CallArgs& args) override;
  std::vector<std::pair<std::string, LayerPtr>> saved_children() const override;

 protected:
  void build_one(const Shape& input_shape) override;
  bool promises_compute_dtype() const override { return false; }

 private:
  std::vector<LayerPtr> cells_;
};

extern const ClassInfo kStackedRNNCellsClass;

}  // namespace keras
