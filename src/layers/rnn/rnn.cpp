#include "layers/rnn/rnn.h"

#include <algorithm>

#include "base/error.h"
#include "base/function_ref.h"
#include "layers/rnn/stacked_rnn_cells.h"
#include "ops/ops.h"
#include "runtime/emit.h"
#include "runtime/tangents.h"

namespace keras {

KERAS_LAYER(RNN)

void RNN::sequence_fields(FieldVisitor& f) {
  Layer::fields(f);
  f("return_sequences", return_sequences_, "Whether to return the outputs of all steps.");
  f("return_state", return_state_, "Whether to return the last state as well.");
  f("go_backwards", go_backwards_, "Whether to process the sequence backwards.");
  f("stateful", stateful_, "Whether a call starts with the last state of the previous call.");
  f("unroll", unroll_, "Whether Keras unrolls the loop over steps.");
  f("zero_output_for_mask", zero_output_for_mask_, "Whether masked steps output zeros.");
}

void RNN::fields(FieldVisitor& f) {
  sequence_fields(f);
  f("cell", cell_, "The cell that computes a step.", Field::kRequired);
}

void RNN::configure(const json::Object& config) {
  const json::Value* cell = config.find("cell");
  if (cell == nullptr || !cell->is_array()) {
    Layer::configure(config);
    return;
  }
  stack_ = std::static_pointer_cast<Layer>(construct(kStackedRNNCellsClass, {{"cells", *cell}}));
  json::Object own = config;
  own.set("cell", nullptr);
  Layer::configure(own);
}

void RNN::validate() {
  if (!cell_) cell_ = std::move(stack_);
  if (!cell_) {
    raise_value_error({"Argument `cell` should have a `call` method. Received: cell=None"});
  }
  set_cell(cell_);
}

void RNN::set_cell(LayerPtr cell) {
  cell_ = std::move(cell);
  rnn_cell_ = &as_rnn_cell(cell_);
  track(cell_);
}

const CallSignature& RNN::call_signature() const {
  static const CallSignature signature("sequences, initial_state=None, mask=None, training=False");
  return signature;
}

std::vector<std::string> RNN::build_arguments() const {
  return {"sequences_shape", "initial_state_shape"};
}

void RNN::build_layer(const BuildShapes& shapes) {
  const Shape& sequences = shapes.first().shape();
  if (!cell_->built()) {
    cell_->build(ShapeTree(Shape{sequences.front()}.concat(sequences.slice(2))));
  }
  if (!stateful_) return;
  if (!states_.is_none()) return reset_state();
  if (sequences.front() == kNone) {
    raise_value_error(
        {"When using `stateful=True` in a RNN, the batch size must be static. Found dynamic batch "
         "size: sequence.shape=",
         repr(sequences)});
  }
  states_ = map_structure(rnn_cell_->get_initial_state(sequences.front()), [&](const Tree& state) {
    return Tree(ops::cast(state.as_tensor(), variable_dtype()));
  });
  if (!states_.is_nested()) states_ = Tree::list({states_});
}

void RNN::reset_state() {
  if (states_.is_none()) return;
  states_ = map_structure(states_, [](const Tree& state) {
    const Tensor& tensor = state.as_tensor();
    return Tree(Tensor::zeros(tensor.shape(), tensor.dtype()));
  });
}

ShapeTree RNN::step_output_shape(const Shape& sequences) const {
  return Shape{sequences.front(), rnn_output_size(*rnn_cell_)};
}

ShapeTree::List RNN::state_shapes(const Shape& sequences) const {
  const auto shape = [&](const Tree& size) {
    return ShapeTree(Shape{sequences.front(), size.as_int()});
  };
  const Tree sizes = rnn_cell_->state_size();
  if (!sizes.is_nested()) return {shape(sizes)};
  ShapeTree::List shapes;
  for (const Tree& size : sizes.items()) {
    if (!size.is_nested()) {
      shapes.push_back(shape(size));
      continue;
    }
    ShapeTree::List inner;
    for (const Tree& item : size.items()) inner.push_back(shape(item));
    shapes.emplace_back(std::move(inner));
  }
  return shapes;
}

ShapeTree RNN::compute_output_shape(const BuildShapes& shapes) {
  const Shape& sequences = shapes.first().shape();
  Shape output = step_output_shape(sequences).shape();
  if (return_sequences_) {
    output = Shape{output.front(), sequences[1]}.concat(output.slice(1));
  }
  if (!return_state_) return output;
  ShapeTree::List all{output};
  for (ShapeTree& state : state_shapes(sequences)) all.push_back(std::move(state));
  return all;
}

namespace {

// Makes a tensor per shape; the states follow the output in a tuple.
Tree tensors_of(const ShapeTree& shapes, FunctionRef<Tree(const Shape&)> make) {
  Tree tree = map_shapes(shapes, make);
  return tree.is_list() ? Tree::tuple(tree.items()) : tree;
}

}  // namespace

Tree RNN::compute_output_spec(const CallArgs& args) {
  return tensors_of(compute_output_shape(build_shapes_of(args)), [&](const Shape& shape) {
    return Tree(make_keras_tensor(shape, compute_dtype()));
  });
}

Tree RNN::compute_mask(const Tree&, const Tree& previous_mask) {
  const std::vector<Tree> masks = flatten(previous_mask);
  const Tree mask = masks.empty() ? Tree() : masks.front();
  const Tree output_mask = return_sequences_ ? mask : Tree();
  if (!return_state_) return output_mask;
  return Tree::list({output_mask});
}

Tree RNN::initial_state_of(const CallArgs& args, const Shape& sequences) const {
  Tree state = args.get("initial_state");
  const Tree expected = rnn_cell_->get_initial_state(sequences.front());
  if (state.is_none()) {
    state = stateful_ ? states_ : expected;
  } else if (flatten(state).size() != flatten(expected).size()) {
    const std::string message = "layer '" + name() + "' needs " +
                                std::to_string(flatten(expected).size()) +
                                " states. Received: initial_state=" + repr(state);
    // Keras fails when the cell indexes a missing state.
    if (flatten(state).size() < flatten(expected).size()) {
      raise_index_error({"list index out of range: ", message});
    }
    raise_value_error({message});
  }
  if (const std::vector<Tensor> kept = flatten_tensors(states_); stateful_ && !kept.empty()) {
    const int64_t batch_size = kept.front().shape().front();
    if (sequences.front() != kNone && sequences.front() != batch_size) {
      raise_value_error(
          {"If an RNN is stateful, the batch size of the input sequences must be the same as the "
           "batch size of the initial state. \n- Expected batch size: ",
           std::to_string(batch_size),
           "\n- Received batch size: ", std::to_string(sequences.front())});
    }
  }
  if (!state.is_nested()) state = Tree::list({state});
  return map_structure(state, [&](const Tree& leaf) {
    return Tree(ops::convert_to_tensor(leaf, cell_->compute_dtype()));
  });
}

Tree RNN::call(const CallArgs& args) {
  const Tensor sequences = args.tensor("sequences");
  const int64_t steps = sequences.shape()[1];
  if (sequences.rank() < 3) {
    raise_value_error({"Layer '", name(),
                       "' needs sequences of rank 3 or more. Received: sequences.shape=",
                       repr(sequences.shape())});
  }
  if (unroll_ && steps == kNone) {
    raise_value_error(
        {"Cannot unroll a RNN if the time dimension is undefined. \n"
         "- If using a Sequential model, specify the time dimension by passing an `Input()` as "
         "your "
         "first layer.\n"
         "- If using the functional API, specify the time dimension by passing a `shape` or "
         "`batch_shape` argument to your `Input()`."});
  }
  const Tree initial_state = initial_state_of(args, sequences.shape());
  const auto is_abstract = [](const Tree& leaf) { return leaf.as_tensor().is_abstract(); };
  const std::vector<Tree> leaves = flatten(initial_state);
  if (sequences.is_abstract() || std::any_of(leaves.begin(), leaves.end(), is_abstract)) {
    return tensors_of(
        compute_output_shape({{{"sequences_shape", sequences.shape()}}}),
        [&](const Shape& shape) { return Tree(Tensor::abstract(shape, compute_dtype())); });
  }
  // Updates the states, which a plan would not repeat.
  if (stateful_ && sequences.is_slot()) throw runtime::NotRecordable();

  const std::vector<Tensor> masks = flatten_tensors(args.get("mask"));
  const RnnLoopResult result =
      run(sequences, initial_state, masks.empty() ? Tensor() : masks.front(), args.training());

  const auto in_compute_dtype = [&](const Tree& state) {
    return Tree(ops::cast(state.as_tensor(), compute_dtype()));
  };
  const Tree states = map_structure(result.states, in_compute_dtype);
  if (stateful_) {
    std::vector<Tree> kept;
    for (const Tensor& state : flatten_tensors(states)) {
      kept.emplace_back(ops::cast(state, variable_dtype()));
    }
    states_ = pack_as(states_, kept);
  }
  const Tree output = in_compute_dtype(return_sequences_ ? result.outputs : result.last_output);
  if (!return_state_) return output;
  Tree::Sequence all{output};
  for (const Tree& state : states.items()) all.push_back(state);
  return Tree::tuple(std::move(all));
}

// The mask as bool [batch, steps]. ValueError where JAX rejects it.
Tensor RNN::mask_of_steps(const Tensor& given, const Shape& sequences) const {
  Tensor mask = ops::cast(given, DType::kBool);
  const int64_t steps = sequences[1];
  const Shape expected{sequences[0], steps};
  const bool has_features = mask.rank() == 3 && (!unroll_ || mask.shape()[2] == 1);
  if (has_features) mask = ops::any(mask, -1);
  if (unroll_ && mask.rank() == 2 && mask.shape()[1] > steps) {
    const int64_t from = go_backwards_ ? mask.shape()[1] - steps : 0;
    mask = ops::slice(mask, {0, from}, {mask.shape()[0], steps});
  }
  const bool fits = mask.rank() == 2 && mask.shape()[1] == steps &&
                    (mask.shape()[0] == sequences[0] || mask.shape()[0] == 1);
  if (!fits) {
    raise_value_error({"The mask of layer '", name(), "' must have shape ", repr(expected),
                       ". Received: mask.shape=", repr(given.shape())});
  }
  return ops::broadcast_to(mask, expected);
}

namespace {

// Weights of other shapes (custom initializers may return any) must be broadcast step by step.
bool has_usual_weights(const WholeSequence& cell) {
  const int64_t units = cell.recurrent_kernel.shape().front();
  const int64_t gates = kernels::rnn_gates(cell.options.kind) * units;
  const bool two_rows = cell.options.kind == kernels::RnnKind::kGruResetAfter;
  return cell.kernel.rank() == 2 && cell.kernel.shape().back() == gates &&
         cell.recurrent_kernel.shape() == Shape{units, gates} &&
         (!cell.bias || cell.bias.shape() == (two_rows ? Shape{2, gates} : Shape{gates}));
}

// Whether the whole-sequence kernels support these weights and states.
bool fit_kernels(const std::vector<WholeSequence>& cells, const std::vector<Tensor>& states,
                 int64_t batch) {
  size_t at = 0;
  for (const WholeSequence& cell : cells) {
    if (!has_usual_weights(cell)) return false;
    const Shape expected{batch, cell.recurrent_kernel.shape().front()};
    const int count = cell.options.kind == kernels::RnnKind::kLstm ? 2 : 1;
    for (int i = 0; i < count; ++i, ++at) {
      if (at >= states.size() || states[at].shape() != expected) return false;
    }
  }
  return true;
}

}  // namespace

RnnLoopResult RNN::run(const Tensor& sequences, const Tree& initial_state, const Tensor& mask,
                       bool training) {
  struct Masks {
    RNNCell& cell;
    ~Masks() { cell.reset_dropout_masks(); }
  } masks{*rnn_cell_};
  const Shape& shape = sequences.shape();
  rnn_cell_->draw_dropout_masks(Shape{shape.front()}.concat(shape.slice(2)), initial_state,
                                training);

  const Tensor steps_mask = mask ? mask_of_steps(mask, shape) : Tensor();
  // The whole-sequence kernel does not cast inputs at every step as the cell does.
  const auto whole = rnn_cell_->whole_sequences(training);
  if (!runtime::any_tangent(sequences) && !runtime::any_tangent(flatten_tensors(initial_state)) &&
      !whole.empty() && cell_->compute_dtype() == sequences.dtype() && shape.rank() == 3 &&
      shape[1] > 0 && fit_kernels(whole, flatten_tensors(initial_state), shape.front())) {
    return run_whole(whole, sequences, initial_state, steps_mask);
  }
  return run_steps(sequences, initial_state, steps_mask, training);
}

RnnLoopResult RNN::run_whole(const std::vector<WholeSequence>& cells, const Tensor& sequences,
                             const Tree& initial_state, const Tensor& mask) const {
  const std::vector<Tensor> state = flatten_tensors(initial_state);
  std::vector<Tree> last_state;
  Tensor sequence = sequences;
  Tensor steps_mask = mask;
  for (size_t i = 0; i < cells.size(); ++i) {
    const WholeSequence& cell = cells[i];
    const bool is_last = i + 1 == cells.size();
    ops::RnnOptions options = cell.options;
    options.return_sequences = return_sequences_ || !is_last;
    options.zero_output_for_mask = zero_output_for_mask_ && is_last;
    options.unroll = unroll_;
    // The outputs of a backward run are ordered as the next cell expects them.
    options.go_backwards = go_backwards_ && i == 0;
    if (go_backwards_ && i == 1 && mask) steps_mask = ops::flip(mask, 1);
    const bool has_carry = options.kind == kernels::RnnKind::kLstm;
    const size_t at = last_state.size();
    const ops::RnnResult result =
        ops::rnn({.sequence = cell.dropout ? ops::multiply(sequence, cell.dropout) : sequence,
                  .kernel = cell.kernel,
                  .recurrent_kernel = cell.recurrent_kernel,
                  .bias = cell.bias,
                  .mask = steps_mask,
                  .initial_h = state.at(at),
                  .initial_c = has_carry ? state.at(at + 1) : Tensor()},
                 options);
    last_state.emplace_back(result.last_h);
    if (has_carry) last_state.emplace_back(result.last_c);
    sequence = result.output;
  }
  return {sequence, sequence, pack_as(initial_state, last_state)};
}

RnnLoopResult RNN::run_steps(const Tensor& sequences, const Tree& initial_state, const Tensor& mask,
                             bool training) const {
  Tree::Dict kwargs;
  if (cell_->call_signature().has("training")) kwargs.set("training", training);
  const auto step = [&](const Tensor& input, const Tree& states) {
    const auto [output, given] = output_and_states(*cell_, cell_->apply({input, states}, kwargs));
    const std::vector<Tree> new_states = flatten(given);
    if (new_states.size() != flatten(states).size()) {
      raise_value_error({"A cell must return as many states as it was given. Received: states=",
                         repr(states), ", new_states=", repr(given)});
    }
    // A stack with one cell has a single state, not a list.
    return std::pair(output, pack_as(states, new_states));
  };
  return rnn_loop(step, sequences, initial_state, mask,
                  {.go_backwards = go_backwards_,
                   .unroll = unroll_,
                   .zero_output_for_mask = zero_output_for_mask_,
                   .return_all_outputs = return_sequences_});
}

}  // namespace keras
