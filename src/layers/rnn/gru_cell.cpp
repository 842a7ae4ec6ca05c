#include "layers/rnn/gru_cell.h"

#include "base/byte_size.h"
#include "ops/common/activate.h"
#include "ops/ops.h"

namespace keras {

KERAS_LAYER(GRUCell)

void GRUCell::cell_fields(FieldVisitor& f, RegularizerPtr* activity_regularizer) {
  f("units", given_units_, "Size of the output and of the state.", Field::kRequired);
  f("activation", activation_, "Activation of the candidate state.");
  f("recurrent_activation", recurrent_activation_, "Activation of the gates.");
  f("use_bias", use_bias_, "Whether a bias is added.");
  initializer_fields(f);
  restriction_fields(f, activity_regularizer);
  dropout_fields(f);
  f("reset_after", reset_after_, "Whether the reset gate applies after the matrix product.");
  f("seed", seed_, "Seed of the dropout masks.");
  f("implementation", implementation_, "1 computes gate by gate.", Field::kReadOnly);
}

void GRUCell::validate() {
  read_units();
  DropoutRNNCell::validate();
  if (recurrent_dropout_ != 0) implementation_ = 1;
  mask_count_ = implementation_ == 1 ? 3 : 1;
}

Tree GRUCell::get_initial_state(int64_t batch_size) {
  return Tree::list({zero_state({batch_size, units_}, compute_dtype())});
}

std::vector<WholeSequence> GRUCell::whole_sequences(bool training) {
  return whole_sequence_of(reset_after_ ? kernels::RnnKind::kGruResetAfter : kernels::RnnKind::kGru,
                           training);
}

void GRUCell::build_one(const Shape& input_shape) {
  const int64_t gates = checked_product(3, units_);
  const Shape bias = reset_after_ ? Shape{2, gates} : Shape{gates};
  add_cell_weights({input_shape.back(), gates}, {units_, gates}, bias);
}

Tree GRUCell::call(const CallArgs& args) {
  const Tree& states = args.get("states");
  const Tensor input = args.tensor(0);
  const Tensor state = state_at(states, 0);
  const bool training = args.training() && !input.is_abstract();
  const auto* input_masks = drops_input(training) ? &dropout_masks(input) : nullptr;
  const auto* state_masks = drops_state(training) ? &recurrent_dropout_masks(state) : nullptr;

  // Input and recurrent biases by gate; without reset_after there is no recurrent bias.
  std::vector<Tensor> input_bias(3), recurrent_bias(3);
  if (bias_ && reset_after_) {
    const std::vector<Tensor> rows = ops::unstack(bias_->value(), 2, 0);
    input_bias = ops::split(rows[0], 3, 0);
    recurrent_bias = ops::split(rows[1], 3, 0);
  } else if (bias_) {
    input_bias = ops::split(bias_->value(), 3, 0);
  }
  const std::vector<Tensor> kernels = ops::split(kernel_->value(), 3, 1);
  const std::vector<Tensor> recurrent = ops::split(recurrent_kernel_->value(), 3, 1);
  const auto x = [&](size_t gate) {
    const int mask = mask_count_ > 1 ? static_cast<int>(gate) : 0;
    return ops::matmul_bias(masked(input, input_masks, mask), kernels[gate], input_bias[gate]);
  };
  const auto h = [&](size_t gate) { return masked(state, state_masks, static_cast<int>(gate)); };
  const auto product = [&](const Tensor& value, size_t gate) {
    return ops::matmul_bias(value, recurrent[gate], recurrent_bias[gate]);
  };

  const Tensor z = ops::activate(recurrent_activation_, ops::add(x(0), product(h(0), 0)));
  const Tensor r = ops::activate(recurrent_activation_, ops::add(x(1), product(h(1), 1)));
  const Tensor memory =
      reset_after_ ? ops::multiply(r, product(h(2), 2)) : product(ops::multiply(r, h(2)), 2);
  const Tensor candidate = ops::activate(activation_, ops::add(x(2), memory));
  const Tensor output =
      ops::add(ops::multiply(z, state), ops::multiply(ops::subtract(1, z), candidate));
  return Tree::tuple({output, states.is_nested() ? Tree::list({output}) : Tree(output)});
}

}  // namespace keras
