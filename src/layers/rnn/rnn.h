// RNN: runs a cell over the steps of a sequence; the base of recurrent layers
// (keras/src/layers/rnn/rnn.py).
#pragma once

#include "layers/rnn/rnn_cell.h"
#include "layers/rnn/rnn_loop.h"

namespace keras {

class RNN : public Layer {
 public:
  void fields(FieldVisitor& f) override;
  // A list of cells becomes a StackedRNNCells.
  void configure(const json::Object& config) override;
  void validate() override;
  bool wraps_errors_of_from_config() const override { return false; }

  const LayerPtr& cell() const { return cell_; }
  bool return_sequences() const { return return_sequences_; }
  bool return_state() const { return return_state_; }
  bool go_backwards() const { return go_backwards_; }
  bool stateful() const { return stateful_; }
  void set_zero_output_for_mask(bool zero) { zero_output_for_mask_ = zero; }

  // The states that a stateful layer keeps between calls; None before build.
  const Tree& states() const { return states_; }
  void reset_state();

  const CallSignature& call_signature() const override;
  std::vector<std::string> build_arguments() const override;
  Tree call(const CallArgs& args) override;
  Tree compute_output_spec(const CallArgs& args) override;
  ShapeTree compute_output_shape(const BuildShapes& shapes) override;
  bool supports_masking() const override { return true; }
  Tree compute_mask(const Tree& inputs, const Tree& previous_mask) override;
  std::vector<std::pair<std::string, LayerPtr>> saved_children() const override {
    return {{"cell", cell_}};
  }

 protected:
  void build_layer(const BuildShapes& shapes) override;
  // name, trainable, dtype and the options of the sequence.
  void sequence_fields(FieldVisitor& f);
  void set_cell(LayerPtr cell);
  RNNCell& rnn_cell() const { return *rnn_cell_; }
  // Shapes of the output of one step and of the states.
  virtual ShapeTree step_output_shape(const Shape& sequences) const;
  virtual ShapeTree::List state_shapes(const Shape& sequences) const;

 private:
  Tree initial_state_of(const CallArgs& args, const Shape& sequences) const;
  Tensor mask_of_steps(const Tensor& given, const Shape& sequences) const;
  RnnLoopResult run(const Tensor& sequences, const Tree& initial_state, const Tensor& mask,
                    bool training);
  RnnLoopResult run_whole(const std::vector<WholeSequence>& cells, const Tensor& sequences,
                          const Tree& initial_state, const Tensor& mask) const;
  RnnLoopResult run_steps(const Tensor& sequences, const Tree& initial_state, const Tensor& mask,
                          bool training) const;

  LayerPtr cell_;
  LayerPtr stack_;               // made from a list of cells, until it becomes cell_
  RNNCell* rnn_cell_ = nullptr;  // cell_ as an RNNCell
  bool return_sequences_ = false;
  bool return_state_ = false;
  bool go_backwards_ = false;
  bool stateful_ = false;
  bool unroll_ = false;
  bool zero_output_for_mask_ = false;
  Tree states_;
};

extern const ClassInfo kRNNClass;

}  // namespace keras
