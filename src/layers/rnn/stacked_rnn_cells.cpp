#include "layers/rnn/stacked_rnn_cells.h"

#include <algorithm>

#include "base/error.h"

namespace keras {

KERAS_LAYER(StackedRNNCells)

void StackedRNNCells::fields(FieldVisitor& f) {
  Layer::fields(f);
  f("cells", cells_, "The cells, from the inputs to the output.", Field::kRequired);
}

void StackedRNNCells::validate() {
  for (const LayerPtr& cell : cells_) {
    if (find_rnn_cell(cell) == nullptr) {
      raise_value_error(
          {"All cells must have a `state_size` attribute. Received cell without a `state_size`: ",
           repr(Tree(std::static_pointer_cast<Object>(cell)))});
    }
    track(cell);
  }
}

Tree StackedRNNCells::state_size() const {
  Tree::Sequence sizes;
  for (const LayerPtr& cell : cells_) sizes.push_back(as_rnn_cell(cell).state_size());
  return Tree::list(std::move(sizes));
}

std::optional<int64_t> StackedRNNCells::output_size() const {
  if (cells_.empty()) raise_index_error({"list index out of range"});
  return rnn_output_size(as_rnn_cell(cells_.back()));
}

Tree StackedRNNCells::get_initial_state(int64_t batch_size) {
  if (cells_.empty()) raise_index_error({"list index out of range"});
  Tree::Sequence states;
  for (const LayerPtr& cell : cells_) {
    states.push_back(as_rnn_cell(cell).get_initial_state(batch_size));
  }
  return Tree::list(std::move(states));
}

void StackedRNNCells::draw_dropout_masks(const Shape& step_shape, const Tree& state,
                                         bool training) {
  Shape shape = step_shape;
  for (size_t i = 0; i < cells_.size(); ++i) {
    RNNCell& cell = as_rnn_cell(cells_[i]);
    cell.draw_dropout_masks(shape, state.items().at(i), training);
    shape = Shape{shape.front(), rnn_output_size(cell)};
  }
}

void StackedRNNCells::reset_dropout_masks() {
  for (const LayerPtr& cell : cells_) as_rnn_cell(cell).reset_dropout_masks();
}

std::vector<WholeSequence> StackedRNNCells::whole_sequences(bool training) {
  std::vector<WholeSequence> all;
  for (const LayerPtr& cell : cells_) {
    const std::vector<WholeSequence> own = as_rnn_cell(cell).whole_sequences(training);
    if (own.empty() || cell->compute_dtype() != compute_dtype()) return {};
    all.insert(all.end(), own.begin(), own.end());
  }
  return all;
}

const CallSignature& StackedRNNCells::call_signature() const {
  static const CallSignature signature("inputs, states, training=False, **kwargs");
  return signature;
}

Tree StackedRNNCells::call(const CallArgs& args) {
  const Tree::Sequence& states = args.get("states").items();
  Tree inputs = args.at(0);
  Tree::Sequence new_states;
  for (size_t i = 0; i < std::min(cells_.size(), states.size()); ++i) {
    const bool is_list = states[i].is_nested();
    const Tree given = Tree::list(is_list ? states[i].items() : Tree::Sequence{states[i]});
    Tree::Dict kwargs = args.extra();
    if (cells_[i]->call_signature().has("training")) kwargs.set("training", args.training());
    const auto [output, state] =
        output_and_states(*cells_[i], cells_[i]->apply({inputs, given}, std::move(kwargs)));
    inputs = output;
    const bool single = state.is_nested() && state.items().size() == 1 && !is_list;
    new_states.push_back(single ? state.items().front() : state);
  }
  return Tree::tuple({inputs, new_states.size() == 1 ? new_states[0] : Tree::list(new_states)});
}

void StackedRNNCells::build_one(const Shape& input_shape) {
  Shape shape = input_shape;
  for (const LayerPtr& cell : cells_) {
    if (!cell->built()) cell->build(ShapeTree(shape));
    shape = Shape{shape.front(), rnn_output_size(as_rnn_cell(cell))};
  }
}

std::vector<std::pair<std::string, LayerPtr>> StackedRNNCells::saved_children() const {
  return saved_list("cells", cells_);
}

}  // namespace keras
