// Batching of Model.predict.
#include "models/batches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "testing/error_of.h"
#include "testing/small_models.h"

namespace keras {
namespace {

using testing::call;
using testing::chain;
using testing::dense_chain;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using testing::make_layer;
using testing::numbers;
using testing::ramp;
using testing::vector_input;

LayerPtr doubled() { return make_layer("Rescaling", {{"scale", 2.0}}); }

// {"sum": a + b, "double": 2 * a} of the inputs [a, b].
std::shared_ptr<Functional> two_outputs() {
  const Tensor a = vector_input("a", 2);
  const Tensor b = vector_input("b", 2);
  Tree::Dict outputs;
  outputs.set("sum", call(make_layer("Add"), Tree::list({a, b})));
  outputs.set("double", call(doubled(), a));
  return make_functional(Tree::list({a, b}), outputs, "m");
}

TEST(PredictInBatches, GivesTheSameForEveryBatchSize) {
  const auto model = dense_chain("m", {{"a", 3}, {"b", 2}});
  const Tensor x = ramp({7, 4});
  const Tensor whole = predict_in_batches(*model, x, 7).as_tensor();
  EXPECT_EQ(whole.shape(), (Shape{7, 2}));
  for (const int64_t batch_size : {1, 2, 3, 6, 8, 1000}) {
    const Tensor joined = predict_in_batches(*model, x, batch_size).as_tensor();
    EXPECT_EQ(joined.shape(), whole.shape()) << batch_size;
    for (int64_t i = 0; i < whole.size(); ++i) {
      EXPECT_NEAR(joined.item(i), whole.item(i), 1e-5) << batch_size;
    }
  }
}

TEST(PredictInBatches, KeepsTheOrderOfRows) {
  const auto model = chain({kNone, 1}, {doubled()});
  const Tensor x = Tensor::from(std::vector<float>{1, 2, 3, 4, 5}, {5, 1});
  EXPECT_THAT(numbers(predict_in_batches(*model, x, 2).as_tensor()), ElementsAre(2, 4, 6, 8, 10));
}

TEST(PredictInBatches, TakesOneRow) {
  const auto model = chain({kNone, 2}, {doubled()});
  const Tensor y = predict_in_batches(*model, ramp({1, 2}), 32).as_tensor();
  EXPECT_EQ(y.shape(), (Shape{1, 2}));
  EXPECT_THAT(numbers(y), ElementsAre(1, 1.5));
}

TEST(PredictInBatches, ReturnsNoRowsForNoRows) {
  const auto model = chain({kNone, 2}, {doubled()});
  const Tensor y = predict_in_batches(*model, ramp({0, 2}), 32).as_tensor();
  EXPECT_EQ(y.shape(), (Shape{0, 2}));
}

TEST(PredictInBatches, SplitsEveryInputAndJoinsEveryOutput) {
  const Tree inputs = Tree::list({ramp({3, 2}), Tensor::full({3, 2}, DType::kFloat32, 1)});
  const Tree outputs = predict_in_batches(*two_outputs(), inputs, 2);
  ASSERT_TRUE(outputs.is_dict());
  EXPECT_THAT(numbers(outputs.as_dict().find("sum")->as_tensor()),
              ElementsAre(1.5, 1.75, 2, 2.25, 2.5, 2.75));
  EXPECT_THAT(numbers(outputs.as_dict().find("double")->as_tensor()),
              ElementsAre(1, 1.5, 2, 2.5, 3, 3.5));
}

TEST(PredictInBatches, TakesADictOfInputs) {
  Tree::Dict inputs;
  inputs.set("b", Tensor::full({3, 2}, DType::kFloat32, 1));
  inputs.set("a", ramp({3, 2}));
  const Tree outputs = predict_in_batches(*two_outputs(), inputs, 1);
  EXPECT_THAT(numbers(outputs.as_dict().find("double")->as_tensor()),
              ElementsAre(1, 1.5, 2, 2.5, 3, 3.5));
}

TEST(PredictInBatches, ReportsTheRowsDoneAfterEachBatch) {
  const auto model = chain({kNone, 2}, {doubled()});
  std::vector<std::pair<int64_t, int64_t>> reports;
  const auto note = [&](int64_t done, int64_t total) { reports.emplace_back(done, total); };
  predict_in_batches(*model, ramp({5, 2}), 2, note);
  using Report = std::pair<int64_t, int64_t>;
  EXPECT_THAT(reports, ElementsAre(Report{2, 5}, Report{4, 5}, Report{5, 5}));
}

TEST(PredictInBatches, StopsWhenProgressThrows) {
  const auto model = chain({kNone, 2}, {doubled()});
  int batches = 0;
  const auto stop = [&](int64_t, int64_t) {
    if (++batches == 2) throw value_error("stop");
  };
  EXPECT_EQ(error_of([&] { predict_in_batches(*model, ramp({5, 2}), 1, stop); }), "stop");
  EXPECT_EQ(batches, 2);
}

TEST(PredictInBatches, RejectsInputsOfDifferentLengths) {
  const Tree inputs = Tree::list({ramp({3, 2}), ramp({4, 2})});
  EXPECT_EQ(error_of([&] { predict_in_batches(*two_outputs(), inputs, 2); }),
            "Data cardinality is ambiguous. Make sure all arrays contain the same number of "
            "samples. 'x' sizes: 3, 4");
}

TEST(PredictInBatches, RejectsABatchSizeBelowOne) {
  const auto model = chain({kNone, 2}, {doubled()});
  EXPECT_THAT(error_of([&] { predict_in_batches(*model, ramp({5, 2}), 0); }),
              HasSubstr("`batch_size` must be a positive integer. Received: batch_size=0"));
}

TEST(PredictInBatches, RejectsInputsWithoutABatchDimension) {
  const auto model = chain({kNone, 2}, {doubled()});
  EXPECT_THAT(error_of([&] { predict_in_batches(*model, Tensor::scalar(1), 2); }),
              HasSubstr("must have a batch dimension"));
  EXPECT_THAT(error_of([&] { predict_in_batches(*model, Tree::list({}), 2); }),
              HasSubstr("received no input tensors"));
}

}  // namespace
}  // namespace keras
