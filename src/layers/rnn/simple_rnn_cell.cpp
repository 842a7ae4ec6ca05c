#include "layers/rnn/simple_rnn_cell.h"

#include "base/error.h"
#include "ops/common/activate.h"
#include "ops/ops.h"

namespace keras {

KERAS_LAYER(SimpleRNNCell)

void SimpleRNNCell::cell_fields(FieldVisitor& f, RegularizerPtr* activity_regularizer) {
  f("units", given_units_, "Size of the output and of the state.", Field::kRequired);
  f("activation", activation_, "Activation of the output.");
  f("use_bias", use_bias_, "Whether a bias vector is added.");
  initializer_fields(f);
  restriction_fields(f, activity_regularizer);
  dropout_fields(f);
  // As in Keras, the layer accepts a seed but does not write it.
  f("seed", seed_, "Seed of the dropout masks.",
    activity_regularizer == nullptr ? Field::kDefault : Field::kReadOnly);
}

void SimpleRNNCell::prepare_seed(const json::Object& config) {
  if (const json::Value* seed = config.find("seed")) {
    seed_ = at_path("seed", [&] { return FieldTraits<Seed>::read(*seed); });
  }
  seed_generator_ = SeedGenerator::make(seed_);
}

void SimpleRNNCell::configure(const json::Object& config) {
  prepare_seed(config);
  DropoutRNNCell::configure(config);
}

void SimpleRNNCell::validate() {
  read_units();
  // There are no gates: only `activation` applies.
  recurrent_activation_ = ActivationKind::kLinear;
  DropoutRNNCell::validate();
}

Tree SimpleRNNCell::get_initial_state(int64_t batch_size) {
  return Tree::list({zero_state({batch_size, units_}, compute_dtype())});
}

std::vector<WholeSequence> SimpleRNNCell::whole_sequences(bool training) {
  return whole_sequence_of(kernels::RnnKind::kSimple, training);
}

const CallSignature& SimpleRNNCell::call_signature() const {
  static const CallSignature signature("sequence, states, training=False");
  return signature;
}

void SimpleRNNCell::build_one(const Shape& input_shape) {
  add_cell_weights({input_shape.back(), units_}, {units_, units_}, {units_});
}

Tree SimpleRNNCell::call(const CallArgs& args) {
  const Tree& states = args.get("states");
  Tensor input = args.tensor(0);
  Tensor state = state_at(states, 0);
  const bool training = args.training() && !input.is_abstract();
  if (drops_input(training)) input = masked(input, &dropout_masks(input), 0);
  if (drops_state(training)) state = masked(state, &recurrent_dropout_masks(state), 0);
  const Tensor h = ops::matmul_bias(input, kernel_->value(), bias_ ? bias_->value() : Tensor());
  const Tensor output =
      ops::activate(activation_, ops::add(h, ops::matmul(state, recurrent_kernel_->value())));
  return Tree::tuple({output, states.is_nested() ? Tree::list({output}) : Tree(output)});
}

}  // namespace keras
