#include "layers/rnn/lstm_cell.h"

#include "base/byte_size.h"
#include "base/error.h"
#include "ops/common/activate.h"
#include "ops/ops.h"

namespace keras {

KERAS_LAYER(LSTMCell)

namespace {

class ForgetGateInitializer final : public Initializer {
 public:
  explicit ForgetGateInitializer(InitializerPtr initializer)
      : initializer_(std::move(initializer)) {}

  Tensor operator()(const Shape& shape, DType dtype) override {
    const int64_t units = shape[0] / 4;
    return ops::concatenate({(*initializer_)({units}, dtype), ops::ones({units}, dtype),
                             (*initializer_)({2 * units}, dtype)});
  }

 private:
  InitializerPtr initializer_;
};

}  // namespace

InitializerPtr forget_gate_initializer(InitializerPtr initializer) {
  if (!initializer) raise_type_error({"'NoneType' object is not callable"});
  return std::make_shared<ForgetGateInitializer>(std::move(initializer));
}

void LSTMCell::cell_fields(FieldVisitor& f, RegularizerPtr* activity_regularizer) {
  const auto unit_forget_bias = [&] {
    f("unit_forget_bias", unit_forget_bias_, "Whether the forget gate's bias starts at one.");
  };
  f("units", given_units_, "Size of the output and of the state.", Field::kRequired);
  f("activation", activation_, "Activation of the cell state and of the output.");
  f("recurrent_activation", recurrent_activation_, "Activation of the gates.");
  f("use_bias", use_bias_, "Whether a bias vector is added.");
  if (activity_regularizer == nullptr) unit_forget_bias();
  initializer_fields(f);
  if (activity_regularizer != nullptr) unit_forget_bias();
  restriction_fields(f, activity_regularizer);
  dropout_fields(f);
  f("seed", seed_, "Seed of the dropout masks.");
  f("implementation", implementation_, "1 computes gate by gate.", Field::kReadOnly);
}

void LSTMCell::validate() {
  read_units();
  DropoutRNNCell::validate();
  if (recurrent_dropout_ != 0) implementation_ = 1;
  mask_count_ = implementation_ == 1 ? 4 : 1;
}

Tree LSTMCell::get_initial_state(int64_t batch_size) {
  return zero_states(state_size(), batch_size, compute_dtype());
}

std::vector<WholeSequence> LSTMCell::whole_sequences(bool training) {
  return whole_sequence_of(kernels::RnnKind::kLstm, training);
}

InitializerPtr LSTMCell::make_bias_initializer() const {
  return unit_forget_bias_ ? forget_gate_initializer(bias_initializer_) : bias_initializer_;
}

void LSTMCell::build_one(const Shape& input_shape) {
  const int64_t gates = checked_product(4, units_);
  add_cell_weights({input_shape.back(), gates}, {units_, gates}, {gates});
}

std::vector<Tensor> LSTMCell::fused_gates(const Tensor& input, const Tensor& state, bool training) {
  const Tensor x = drops_input(training) ? masked(input, &dropout_masks(input), 0) : input;
  Tensor z =
      ops::add(ops::matmul(x, kernel_->value()), ops::matmul(state, recurrent_kernel_->value()));
  if (bias_) z = ops::add(z, bias_->value());
  return ops::split(z, 4, 1);
}

std::vector<Tensor> LSTMCell::split_gates(const Tensor& input, const Tensor& state, bool training) {
  const auto* input_masks = drops_input(training) ? &dropout_masks(input) : nullptr;
  const auto* state_masks = drops_state(training) ? &recurrent_dropout_masks(state) : nullptr;
  const std::vector<Tensor> kernels = ops::split(kernel_->value(), 4, 1);
  const std::vector<Tensor> recurrent = ops::split(recurrent_kernel_->value(), 4, 1);
  std::vector<Tensor> biases(4);
  if (bias_) biases = ops::split(bias_->value(), 4, 0);
  std::vector<Tensor> gates;
  for (size_t gate = 0; gate < 4; ++gate) {
    const int g = static_cast<int>(gate);
    const Tensor x = ops::matmul_bias(masked(input, input_masks, g), kernels[gate], biases[gate]);
    gates.push_back(ops::add(x, ops::matmul(masked(state, state_masks, g), recurrent[gate])));
  }
  return gates;
}

Tree lstm_step(const std::vector<Tensor>& gates, const Tensor& carry, const Activation& activation,
               const Activation& recurrent_activation) {
  const Tensor i = ops::activate(recurrent_activation, gates[0]);
  const Tensor f = ops::activate(recurrent_activation, gates[1]);
  const Tensor c =
      ops::add(ops::multiply(f, carry), ops::multiply(i, ops::activate(activation, gates[2])));
  const Tensor o = ops::activate(recurrent_activation, gates[3]);
  const Tensor h = ops::multiply(o, ops::activate(activation, c));
  return Tree::tuple({h, Tree::list({h, c})});
}

Tree LSTMCell::call(const CallArgs& args) {
  const Tensor input = args.tensor(0);
  const Tensor state = state_at(args.get("states"), 0);
  const Tensor carry = state_at(args.get("states"), 1);
  const bool training = args.training() && !input.is_abstract();
  const std::vector<Tensor> z = implementation_ == 1 ? split_gates(input, state, training)
                                                     : fused_gates(input, state, training);
  return lstm_step(z, carry, activation_, recurrent_activation_);
}

}  // namespace keras
