// Recurrent layers: states, ways to run a sequence, custom cells, and errors.
#include "layers/rnn/rnn.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "layers/core/input_layer.h"
#include "layers/rnn/lstm_cell.h"
#include "models/functional/functional.h"
#include "ops/ops.h"
#include "serialization/registry.h"
#include "serialization/serialize.h"
#include "testing/error_of.h"

namespace keras {
namespace {

using testing::error_of;
using ::testing::TestWithParam;
using ::testing::Values;

LayerPtr make(std::string_view class_name, const json::Object& options) {
  return std::static_pointer_cast<Layer>(
      construct(*find_class_in_family(Family::kLayer, class_name), options));
}

json::Value record(const LayerPtr& layer) { return serialize_keras_object(*layer); }

// Irregular values from -1 to 1.
Tensor sample(const Shape& shape, double phase = 0) {
  Tensor tensor = Tensor::allocate(shape, DType::kFloat32);
  for (int64_t i = 0; i < tensor.size(); ++i) {
    tensor.data<float>()[i] = static_cast<float>(std::sin(static_cast<double>(i) * 1.7 + phase));
  }
  return tensor;
}

Tensor mask_of(const std::vector<int>& values, const Shape& shape) {
  Tensor tensor = Tensor::allocate(shape, DType::kBool);
  for (size_t i = 0; i < values.size(); ++i) {
    tensor.data<uint8_t>()[i] = static_cast<uint8_t>(values[i]);
  }
  return tensor;
}

void expect_near(const Tensor& actual, const Tensor& expected) {
  ASSERT_EQ(actual.shape(), expected.shape());
  for (int64_t i = 0; i < expected.size(); ++i) {
    ASSERT_NEAR(actual.item(i), expected.item(i), 1e-6) << "element " << i;
  }
}

void fill_weights(Layer& layer) {
  double phase = 0.3;
  for (const auto& variable : layer.weights()) variable->assign(sample(variable->shape(), phase++));
}

// A cell defined outside the core.
class CustomCell : public Layer, public RNNCell {
 public:
  void set_state_size(Tree size) { state_size_ = checked_state_size(std::move(size)); }
  void set_output_size(std::optional<int64_t> size) { output_size_ = size; }
  bool is_cell() const override { return !state_size_.is_none(); }
  Tree state_size() const override { return state_size_; }
  std::optional<int64_t> output_size() const override { return output_size_; }
  Tree get_initial_state(int64_t batch_size) override {
    const Tree states = zero_states(state_size(), batch_size, compute_dtype());
    return states.is_nested() ? states : Tree::list({states});
  }

 private:
  Tree state_size_;
  std::optional<int64_t> output_size_;
};

// Sums its inputs; state and output are equal.
class SumCell final : public CustomCell {
 public:
  const CallSignature& call_signature() const override {
    static const CallSignature signature("inputs, states");
    return signature;
  }
  Tree call(const CallArgs& args) override {
    const Tensor sum =
        ops::add(args.tensor("inputs"), args.get("states").items().front().as_tensor());
    return Tree::tuple({sum, Tree::list({sum})});
  }
};

// Hides the whole-sequence kernel of a cell.
class StepByStep final : public CustomCell {
 public:
  explicit StepByStep(LayerPtr cell) : cell_(std::move(cell)) {
    set_state_size(as_rnn_cell(cell_).state_size());
    set_output_size(rnn_output_size(as_rnn_cell(cell_)));
    set_dtype_policy(cell_->dtype_policy());
    set_built(true);
    track(cell_);
  }
  const CallSignature& call_signature() const override { return cell_->call_signature(); }
  Tree call(const CallArgs& args) override { return cell_->call(args); }
  Tree get_initial_state(int64_t batch_size) override {
    return as_rnn_cell(cell_).get_initial_state(batch_size);
  }

 private:
  LayerPtr cell_;
};

// An RNN layer with an existing cell.
std::shared_ptr<RNN> rnn_over(LayerPtr cell, const json::Object& options) {
  class Over final : public RNN {
   public:
    void fields(FieldVisitor& f) override { sequence_fields(f); }
    void validate() override {}
    using RNN::set_cell;
  };
  auto rnn = std::make_shared<Over>();
  rnn->configure(options);
  rnn->set_cell(std::move(cell));
  return rnn;
}

std::shared_ptr<RNN> sum_rnn(const json::Object& options) {
  auto cell = std::make_shared<SumCell>();
  cell->configure({{"name", "sum_cell"}});
  cell->set_state_size(1);
  return rnn_over(cell, options);
}

std::vector<double> values(const Tensor& tensor) {
  std::vector<double> out;
  for (int64_t i = 0; i < tensor.size(); ++i) out.push_back(tensor.item(i));
  return out;
}

const std::vector<float> kOneToFour = {1, 2, 3, 4};

Tensor one_to_four() { return Tensor::from(std::span(kOneToFour), {1, 4, 1}); }

TEST(RNN, RunsACustomCellStepByStep) {
  const auto rnn = sum_rnn({{"return_sequences", true}, {"name", "r"}});
  EXPECT_EQ(values(rnn->apply_one(one_to_four())), (std::vector<double>{1, 3, 6, 10}));
}

TEST(RNN, GivesTheOutputsOfABackwardRunInTheirOrder) {
  const auto rnn = sum_rnn({{"return_sequences", true}, {"go_backwards", true}, {"name", "r"}});
  EXPECT_EQ(values(rnn->apply_one(one_to_four())), (std::vector<double>{4, 7, 9, 10}));
}

TEST(RNN, RepeatsTheStateWhereAStepIsMasked) {
  const Tensor mask = mask_of({0, 1, 0, 1}, {1, 4});
  const auto outputs = [&](json::Object options) {
    options.set("return_sequences", true);
    options.set("name", "r");
    return values(sum_rnn(options)->apply_one(one_to_four(), Tree::Dict{{{"mask", mask}}}));
  };
  EXPECT_EQ(outputs({}), (std::vector<double>{0, 2, 2, 6}));
  EXPECT_EQ(outputs({{"zero_output_for_mask", true}}), (std::vector<double>{0, 2, 0, 6}));
  EXPECT_EQ(outputs({{"unroll", true}, {"zero_output_for_mask", true}}),
            (std::vector<double>{0, 2, 2, 6}));
}

TEST(RNN, StartsWithTheGivenState) {
  const auto rnn = sum_rnn({{"return_state", true}, {"name", "r"}});
  const Tensor state = Tensor::full({1, 1}, DType::kFloat32, 100);
  const Tree result =
      rnn->apply({one_to_four()}, Tree::Dict{{{"initial_state", Tree::list({state})}}});
  EXPECT_EQ(result.items()[0].as_tensor().item(), 110);
  EXPECT_EQ(result.items()[1].as_tensor().item(), 110);
}

TEST(RNN, KeepsItsStateBetweenCallsWhenStateful) {
  const auto rnn = sum_rnn({{"stateful", true}, {"name", "r"}});
  EXPECT_EQ(rnn->apply_one(one_to_four()).item(), 10);
  EXPECT_EQ(rnn->apply_one(one_to_four()).item(), 20);
  rnn->reset_state();
  EXPECT_EQ(rnn->apply_one(one_to_four()).item(), 10);
  EXPECT_TRUE(rnn->weights().empty());
}

TEST(RNN, KeepsItsStateInPredictionsToo) {
  const Tensor x = make_input({.batch_shape = {1, 4, 1}, .name = "x"});
  const auto rnn = sum_rnn({{"stateful", true}, {"name", "r"}});
  const auto model = make_functional(Tree(x), rnn->apply({x}));
  EXPECT_EQ(model->predict_on_batch(one_to_four()).as_tensor().item(), 10);
  EXPECT_EQ(model->predict_on_batch(one_to_four()).as_tensor().item(), 20);
}

TEST(RNN, RefusesAStateWithoutABatchSize) {
  const Tensor x = make_input({.batch_shape = {kNone, 4, 1}, .name = "x"});
  const auto rnn = sum_rnn({{"stateful", true}, {"name", "r"}});
  EXPECT_EQ(error_of([&] { rnn->apply({x}); }),
            "When using `stateful=True` in a RNN, the batch size must be static. Found dynamic "
            "batch size: sequence.shape=(None, 4, 1)");
}

TEST(RNN, RefusesAnotherBatchSizeThanThatOfItsState) {
  const auto rnn = sum_rnn({{"stateful", true}, {"name", "r"}});
  rnn->apply_one(one_to_four());
  EXPECT_EQ(error_of([&] { rnn->apply_one(sample({2, 4, 1})); }),
            "If an RNN is stateful, the batch size of the input sequences must be the same as the "
            "batch size of the initial state. \n- Expected batch size: 1\n- Received batch size: "
            "2");
}

TEST(RNN, RefusesACellWithoutAState) {
  const json::Value dense = record(make("Dense", {{"units", 2}, {"name", "d"}}));
  EXPECT_TRUE(
      error_of([&] { make("RNN", {{"cell", dense}}); })
          .starts_with("The RNN cell should have a `state_size` attribute (single integer or "
                       "list of integers, one integer per RNN state). Received: cell=<Dense "
                       "name=d"));
  EXPECT_TRUE(
      error_of([&] { make("StackedRNNCells", {{"cells", json::Array{dense}}}); })
          .starts_with("All cells must have a `state_size` attribute. Received cell without "
                       "a `state_size`: <Dense name=d"));
}

TEST(RNN, NeedsEveryStateOfItsCell) {
  const auto layer = make("LSTM", {{"units", 2}, {"name", "l"}});
  const Tree state = Tree::list({Tensor::zeros({2, 2}, DType::kFloat32)});
  EXPECT_TRUE(
      error_of([&] { layer->apply({sample({2, 3, 4})}, Tree::Dict{{{"initial_state", state}}}); })
          .starts_with(
              "list index out of range: layer 'l' needs 2 states. Received: initial_state=["));
}

TEST(StackedRNNCells, AreNamedAfterTheirClassesInAFile) {
  json::Array cells;
  for (const char* cell : {"LSTMCell", "GRUCell", "LSTMCell"}) {
    cells.push_back(record(make(cell, {{"units", 2}})));
  }
  const auto children = make("StackedRNNCells", {{"cells", cells}})->saved_children();
  std::vector<std::string> names;
  for (const auto& [name, layer] : children) names.push_back(name);
  EXPECT_EQ(names,
            (std::vector<std::string>{"cells/lstm_cell", "cells/gru_cell", "cells/lstm_cell_1"}));
}

// All options that affect how a sequence runs, as bits of a number.
struct Ways {
  const char* cell;
  const char* layer;
};

class WholeSequences : public TestWithParam<Ways> {};

TEST_P(WholeSequences, EqualTheirSteps) {
  const Shape shape{3, 5, 4};
  const Tensor x = sample(shape);
  const Tensor mask = mask_of({1, 1, 1, 0, 0, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1}, {3, 5});
  for (int bits = 0; bits < 32; ++bits) {
    SCOPED_TRACE("options " + std::to_string(bits));
    const json::Object options{{"return_sequences", (bits & 1) != 0},
                               {"go_backwards", (bits & 2) != 0},
                               {"unroll", (bits & 4) != 0},
                               {"zero_output_for_mask", (bits & 8) != 0},
                               {"return_state", true},
                               {"name", "r"}};
    json::Object with_units = options;
    with_units.set("units", 6);
    const auto layer = std::static_pointer_cast<RNN>(make(GetParam().layer, with_units));
    layer->build(ShapeTree(shape));
    fill_weights(*layer);
    const auto steps = rnn_over(std::make_shared<StepByStep>(layer->cell()), options);
    Tree::Dict kwargs;
    if ((bits & 16) != 0) kwargs.set("mask", mask);
    const std::vector<Tensor> whole = flatten_tensors(layer->apply({x}, kwargs));
    const std::vector<Tensor> stepwise = flatten_tensors(steps->apply({x}, kwargs));
    ASSERT_EQ(whole.size(), stepwise.size());
    for (size_t i = 0; i < whole.size(); ++i) expect_near(whole[i], stepwise[i]);
  }
}

INSTANTIATE_TEST_SUITE_P(Cells, WholeSequences,
                         Values(Ways{"LSTMCell", "LSTM"}, Ways{"GRUCell", "GRU"},
                                Ways{"SimpleRNNCell", "SimpleRNN"}),
                         [](const auto& info) { return std::string(info.param.layer); });

TEST(StackedRNNCells, RunWholeSequencesCellByCell) {
  const Shape shape{2, 4, 3};
  const Tensor mask = mask_of({1, 0, 1, 1, 0, 1, 1, 0}, {2, 4});
  for (int bits = 0; bits < 16; ++bits) {
    SCOPED_TRACE("options " + std::to_string(bits));
    const json::Object options{{"return_sequences", (bits & 1) != 0},
                               {"go_backwards", (bits & 2) != 0},
                               {"zero_output_for_mask", (bits & 4) != 0},
                               {"return_state", true},
                               {"name", "r"}};
    json::Array cells;
    for (const char* cell : {"GRUCell", "LSTMCell", "SimpleRNNCell"}) {
      cells.push_back(record(make(cell, {{"units", 3}})));
    }
    const auto stack = make("StackedRNNCells", {{"cells", cells}});
    const auto whole = rnn_over(stack, options);
    whole->build(ShapeTree(shape));
    fill_weights(*whole);
    const auto steps = rnn_over(std::make_shared<StepByStep>(stack), options);
    Tree::Dict kwargs;
    if ((bits & 8) != 0) kwargs.set("mask", mask);
    const std::vector<Tensor> a = flatten_tensors(whole->apply({sample(shape)}, kwargs));
    const std::vector<Tensor> b = flatten_tensors(steps->apply({sample(shape)}, kwargs));
    ASSERT_EQ(a.size(), b.size());
    for (size_t i = 0; i < a.size(); ++i) expect_near(a[i], b[i]);
  }
}

TEST(LSTM, RunsActivationsWithoutAKernel) {
  const auto layer = make("LSTM", {{"units", 3}, {"activation", "softmax"}, {"name", "l"}});
  const Tensor y = layer->apply_one(sample({2, 4, 3}));
  EXPECT_EQ(y.shape(), (Shape{2, 3}));
}

TEST(LSTM, ChecksUseCudnn) {
  EXPECT_EQ(error_of([] { make("LSTM", {{"units", 3}, {"use_cudnn", "never"}}); }),
            "Invalid valid received for argument `use_cudnn`. Expected one of {'auto', True, "
            "False}. Received: use_cudnn=never");
}

TEST(GRU, CannotUnrollAnUnknownLength) {
  const Tensor x = make_input({.batch_shape = {2, kNone, 3}, .name = "x"});
  const auto layer = make("GRU", {{"units", 3}, {"unroll", true}});
  const Tensor abstract = Tensor::abstract({2, kNone, 3}, DType::kFloat32);
  layer->build(ShapeTree(x.shape()));
  const ShapesOnlyScope scope;
  EXPECT_TRUE(error_of([&] {
                layer->apply({abstract});
              }).starts_with("Cannot unroll a RNN if the time dimension is undefined."));
}

}  // namespace
}  // namespace keras
