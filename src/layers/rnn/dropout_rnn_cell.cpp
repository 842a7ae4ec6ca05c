#include "layers/rnn/dropout_rnn_cell.h"

#include <algorithm>

#include "base/error.h"
#include "ops/common/activate.h"
#include "ops/ops.h"
#include "runtime/recorder.h"

namespace keras {

void DropoutRNNCell::fields(FieldVisitor& f) {
  Layer::fields(f);
  cell_fields(f, nullptr);
}

void DropoutRNNCell::initializer_fields(FieldVisitor& f) {
  f("kernel_initializer", kernel_initializer_, "Initializer of the input kernel.");
  f("recurrent_initializer", recurrent_initializer_, "Initializer of the recurrent kernel.");
  f("bias_initializer", bias_initializer_, "Initializer of the bias.");
}

void DropoutRNNCell::restriction_fields(FieldVisitor& f, RegularizerPtr* activity_regularizer) {
  f("kernel_regularizer", kernel_regularizer_, "Regularizer of the input kernel.");
  f("recurrent_regularizer", recurrent_regularizer_, "Regularizer of the recurrent kernel.");
  f("bias_regularizer", bias_regularizer_, "Regularizer of the bias.");
  if (activity_regularizer != nullptr) {
    f("activity_regularizer", *activity_regularizer, "Regularizer of the output.");
  }
  f("kernel_constraint", kernel_constraint_, "Constraint of the input kernel.");
  f("recurrent_constraint", recurrent_constraint_, "Constraint of the recurrent kernel.");
  f("bias_constraint", bias_constraint_, "Constraint of the bias.");
}

void DropoutRNNCell::dropout_fields(FieldVisitor& f) {
  f("dropout", dropout_, "Fraction of the inputs to drop in training.");
  f("recurrent_dropout", recurrent_dropout_, "Fraction of the state to drop in training.");
}

void DropoutRNNCell::validate() {
  const auto clamped = [](const Number& rate) { return Number(std::clamp<double>(rate, 0., 1.)); };
  dropout_ = clamped(dropout_);
  recurrent_dropout_ = clamped(recurrent_dropout_);
  if (!seed_generator_) seed_generator_ = SeedGenerator::make(seed_);
  track(seed_generator_);
}

void DropoutRNNCell::read_units() {
  if (!given_units_->is_number()) {
    raise_type_error({"'<=' not supported between instances of '",
                      std::string(json::python_type_name(given_units_)), "' and 'int'"});
  }
  units_ = given_units_->as_int();
  if (units_ > 0) return;
  raise_value_error(
      {"Received an invalid value for argument `units`, expected a positive integer, got ",
       std::to_string(units_), "."});
}

void DropoutRNNCell::settle_inside(const Layer& owner, const char* name) {
  name_ = name;
  trainable_ = owner.trainable();
  set_dtype_policy(owner.dtype_policy());
  validate();
}

const CallSignature& DropoutRNNCell::call_signature() const {
  static const CallSignature signature("inputs, states, training=False");
  return signature;
}

void DropoutRNNCell::add_cell_weights(const Shape& kernel, const Shape& recurrent_kernel,
                                      const Shape& bias) {
  kernel_ = add_weight("kernel", kernel, kernel_initializer_,
                       {.regularizer = kernel_regularizer_, .constraint = kernel_constraint_});
  recurrent_kernel_ =
      add_weight("recurrent_kernel", recurrent_kernel, recurrent_initializer_,
                 {.regularizer = recurrent_regularizer_, .constraint = recurrent_constraint_});
  if (use_bias_) {
    bias_ = add_weight("bias", bias, make_bias_initializer(),
                       {.regularizer = bias_regularizer_, .constraint = bias_constraint_});
  }
}

std::vector<Tensor> DropoutRNNCell::draw(const Shape& shape, double rate) {
  std::vector<Tensor> masks;
  for (int i = 0; i < mask_count_; ++i) {
    masks.push_back(ops::dropout(ops::ones(shape, compute_dtype()), rate, std::nullopt,
                                 seed_generator_->next()));
  }
  return masks;
}

const std::vector<Tensor>& DropoutRNNCell::dropout_masks(const Tensor& step_input) {
  if (dropout_masks_.empty()) dropout_masks_ = draw(step_input.shape(), dropout_);
  return dropout_masks_;
}

const std::vector<Tensor>& DropoutRNNCell::recurrent_dropout_masks(const Tensor& state) {
  if (recurrent_dropout_masks_.empty()) {
    recurrent_dropout_masks_ = draw(state.shape(), recurrent_dropout_);
  }
  return recurrent_dropout_masks_;
}

void DropoutRNNCell::draw_dropout_masks(const Shape& step_shape, const Tree& state, bool training) {
  reset_dropout_masks();
  if (training) {
    if (dropout_ > 0) dropout_masks_ = draw(step_shape, dropout_);
    if (recurrent_dropout_ > 0) {
      const Tensor h = flatten_tensors(state).front();
      recurrent_dropout_masks_ = draw(h.shape(), recurrent_dropout_);
    }
    return;
  }
  // Keras draws masks in inference as well, which advances its generator. Plans, which run many
  // times, leave the generator alone.
  if (runtime::Recorder::current() != nullptr) return;
  const int draws = mask_count_ * ((dropout_ > 0 ? 1 : 0) + (recurrent_dropout_ > 0 ? 1 : 0));
  for (int i = 0; i < draws; ++i) seed_generator_->next();
}

void DropoutRNNCell::reset_dropout_masks() {
  dropout_masks_.clear();
  recurrent_dropout_masks_.clear();
}

Tensor DropoutRNNCell::masked(const Tensor& x, const std::vector<Tensor>* masks, int gate) {
  return masks == nullptr ? x : ops::multiply(x, (*masks)[static_cast<size_t>(gate)]);
}

std::vector<WholeSequence> DropoutRNNCell::whole_sequence_of(kernels::RnnKind kind,
                                                             bool training) const {
  if (drops_state(training) || (drops_input(training) && mask_count_ > 1)) return {};
  const auto activation = ops::elementwise_form(activation_);
  const auto recurrent = ops::elementwise_form(recurrent_activation_);
  if (!activation || !recurrent) return {};
  WholeSequence sequence;
  sequence.options.kind = kind;
  sequence.options.activation = activation->function;
  sequence.options.activation_params = activation->params;
  sequence.options.recurrent_activation = recurrent->function;
  sequence.options.recurrent_activation_params = recurrent->params;
  sequence.kernel = kernel_->value();
  sequence.recurrent_kernel = recurrent_kernel_->value();
  if (bias_) sequence.bias = bias_->value();
  if (drops_input(training) && !dropout_masks_.empty()) {
    sequence.dropout = ops::expand_dims(dropout_masks_.front(), 1);
  }
  return {sequence};
}

}  // namespace keras
