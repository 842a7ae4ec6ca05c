// The base of Keras's recurrent cells: settings of their weights, and dropout masks that last for
// one sequence (keras/src/layers/rnn/dropout_rnn_cell.py).
#pragma once

#include <vector>

#include "activations/activation.h"
#include "layers/argument_validation.h"
#include "layers/rnn/rnn_cell.h"

namespace keras {

class DropoutRNNCell : public Layer, public RNNCell {
 public:
  void fields(FieldVisitor& f) override;
  void validate() override;
  // The cell's own fields. A layer that exposes them (LSTM, GRU, ...) passes its
  // activity_regularizer and uses its own order.
  virtual void cell_fields(FieldVisitor& f, RegularizerPtr* activity_regularizer) = 0;
  // Takes name, trainable and dtype policy from the layer that owns this cell, and validates.
  void settle_inside(const Layer& owner, const char* name);

  const CallSignature& call_signature() const override;
  void draw_dropout_masks(const Shape& step_shape, const Tree& state, bool training) override;
  void reset_dropout_masks() override;

 protected:
  void initializer_fields(FieldVisitor& f);
  // Regularizers and constraints.
  void restriction_fields(FieldVisitor& f, RegularizerPtr* activity_regularizer);
  void dropout_fields(FieldVisitor& f);
  bool promises_compute_dtype() const override { return false; }
  void read_units();

  // Adds kernel and recurrent_kernel with these shapes, and the bias if used.
  void add_cell_weights(const Shape& kernel, const Shape& recurrent_kernel, const Shape& bias);
  // The initializer of the bias. LSTM cells set the forget gate to one.
  virtual InitializerPtr make_bias_initializer() const { return bias_initializer_; }

  // One mask, or one per gate; drawn on first use.
  const std::vector<Tensor>& dropout_masks(const Tensor& step_input);
  const std::vector<Tensor>& recurrent_dropout_masks(const Tensor& state);
  bool drops_input(bool training) const { return training && drops(dropout_); }
  bool drops_state(bool training) const { return training && drops(recurrent_dropout_); }
  // Whether masks with that rate apply: LSTM and GRU skip a rate of 1.
  virtual bool drops(double rate) const { return rate > 0 && rate < 1; }
  // `x` times the mask of the gate, if there are masks.
  static Tensor masked(const Tensor& x, const std::vector<Tensor>* masks, int gate);
  // The result of whole_sequences() for this kind of cell: nothing when an activation is not
  // elementwise or dropout differs per gate.
  std::vector<WholeSequence> whole_sequence_of(kernels::RnnKind kind, bool training) const;

  GivenInteger given_units_;
  int64_t units_ = 0;  // given_units_, validated
  Activation activation_ = ActivationKind::kTanh;
  Activation recurrent_activation_ = ActivationKind::kSigmoid;
  bool use_bias_ = true;
  InitializerPtr kernel_initializer_ = get_initializer("glorot_uniform");
  InitializerPtr recurrent_initializer_ = get_initializer("orthogonal");
  InitializerPtr bias_initializer_ = get_initializer("zeros");
  RegularizerPtr kernel_regularizer_, recurrent_regularizer_, bias_regularizer_;
  ConstraintPtr kernel_constraint_, recurrent_constraint_, bias_constraint_;
  Number dropout_, recurrent_dropout_;
  Seed seed_;
  // Keras's `implementation` 1 computes each gate separately, with its own dropout mask.
  int64_t implementation_ = 2;
  int mask_count_ = 1;

  SeedGeneratorPtr seed_generator_;
  std::shared_ptr<Variable> kernel_, recurrent_kernel_, bias_;

 private:
  std::vector<Tensor> draw(const Shape& shape, double rate);

  std::vector<Tensor> dropout_masks_, recurrent_dropout_masks_;
};

}  // namespace keras
