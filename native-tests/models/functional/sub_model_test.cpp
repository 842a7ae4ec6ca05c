// Sub-models, and errors for invalid selections.
#include "models/functional/sub_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "testing/error_of.h"
#include "testing/small_models.h"

namespace keras {
namespace {

using testing::call;
using testing::dense;
using testing::dense_chain;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using testing::make_layer;
using testing::operation_names;
using testing::predicted;
using testing::vector_input;

const std::vector<float> kRow{1.f, -2.f, 3.f, 0.5f};

TEST(SubModel, EndsAtANamedLayer) {
  const auto model = dense_chain("m", {{"a", 3}, {"b", 2}, {"c", 1}});
  const auto part = sub_model(*model, {}, "b");
  EXPECT_THAT(operation_names(*part), ElementsAre("x", "a", "b"));
  EXPECT_EQ(part->get_layer("b", {}), model->get_layer("b", {})) << "layers are shared";
}

TEST(SubModel, StartsWithALayerAndItsInput) {
  const auto model = dense_chain("m", {{"a", 3}, {"b", 2}, {"c", 1}});
  const auto part = sub_model(*model, Tree("b"), "c");
  EXPECT_THAT(operation_names(*part), ElementsAre("a", "b", "c"));
  EXPECT_EQ(part->operations()[0]->class_info().class_name, "InputLayer");
  EXPECT_EQ(part->inputs()[0].shape(), (Shape{kNone, 3}));
}

TEST(SubModel, StartsAfterALayerWhenAnOutputIsNamed) {
  const auto model = dense_chain("m", {{"a", 3}, {"b", 2}, {"c", 1}});
  EXPECT_THAT(operation_names(*sub_model(*model, Tree("b:0"), "c")), ElementsAre("b", "c"));
}

TEST(SubModel, ConsecutivePartsComputeWhatTheModelComputes) {
  const auto model = dense_chain("m", {{"a", 3}, {"b", 2}, {"c", 1}});
  const auto first = sub_model(*model, {}, "a");
  const auto rest = sub_model(*model, Tree("b"), "c");
  const Tensor x = Tensor::from(kRow, {1, 4});
  EXPECT_EQ(predicted(*rest, first->predict_on_batch(x)), predicted(*model, x));
}

TEST(SubModel, AcceptsTensorsAndLayers) {
  const auto model = dense_chain("m", {{"a", 3}, {"b", 2}, {"c", 1}});
  const Tree b(std::static_pointer_cast<Object>(model->get_layer("b", {})));
  EXPECT_THAT(operation_names(*sub_model(*model, b, b)), ElementsAre("a", "b"));
  EXPECT_THAT(
      operation_names(*sub_model(*model, model->get_layer("a", {})->output(), model->output())),
      ElementsAre("a", "b", "c"));
}

TEST(SubModel, KeepsTheRequestedStructure) {
  const auto model = dense_chain("m", {{"a", 3}, {"b", 2}});
  Tree::Dict outputs;
  outputs.set("low", "a");
  outputs.set("high", Tree::list({"b"}));
  const auto part = sub_model(*model, {}, outputs);
  ASSERT_TRUE(part->output().is_dict());
  EXPECT_EQ(part->output().as_dict().find("low")->as_tensor().shape(), (Shape{kNone, 3}));
  EXPECT_TRUE(part->output().as_dict().find("high")->is_list());
}

TEST(SubModel, NamesNewInputsByTheKeysOfADict) {
  const auto model = dense_chain("m", {{"a", 3}, {"b", 2}});
  Tree::Dict inputs;
  inputs.set("features", "a:0");
  EXPECT_THAT(operation_names(*sub_model(*model, inputs, "b")), ElementsAre("features", "b"));
}

TEST(SubModel, NumbersANewInputWhoseNameIsTaken) {
  const Tensor x = vector_input("x");
  const auto shared = dense(4, "shared");
  const Tensor once = call(shared, x);
  const auto model = make_functional(x, call(shared, once), "m");
  EXPECT_THAT(operation_names(*sub_model(*model, Tree("shared@0:0"), "shared@1")),
              ElementsAre("shared_1", "shared"));
}

TEST(SubModel, TakesEachInputOfAMergingLayerOnce) {
  const Tensor x = vector_input("x");
  const Tensor a = call(dense(3, "a"), x);
  const Tensor b = call(dense(3, "b"), x);
  const auto sum = make_layer("Add", {{"name", "sum"}});
  const auto model = make_functional(x, call(sum, Tree::list({a, b, a})), "m");
  const auto part = sub_model(*model, Tree("sum"), "sum");
  EXPECT_THAT(operation_names(*part), ElementsAre("a", "b", "sum"));
  EXPECT_EQ(part->inputs().size(), 2);
}

TEST(SubModel, WorksOnASequential) {
  const Tree a(std::static_pointer_cast<Object>(dense(3, "a")));
  const Tree b(std::static_pointer_cast<Object>(dense(2, "b")));
  const auto model = make_sequential({vector_input("x"), a, b}, "s");
  EXPECT_THAT(operation_names(*sub_model(*model, {}, "a")), ElementsAre("x", "a"));
  EXPECT_THAT(operation_names(*sub_model(*model, Tree("b"), "b")), ElementsAre("a", "b"));
}

TEST(SubModel, TakesOneOfSeveralOutputs) {
  const Tensor x = make_input({.batch_shape = Shape{kNone, 3, 2}, .name = "x"});
  const auto lstm = make_layer("LSTM", {{"units", 2}, {"return_state", true}, {"name", "lstm"}});
  const auto model = make_functional(x, lstm->apply({x}), "m");
  EXPECT_EQ(sub_model(*model, {}, "lstm:2")->outputs().size(), 1);
  EXPECT_EQ(sub_model(*model, {}, "lstm")->outputs().size(), 3);
  EXPECT_EQ(error_of([&] { sub_model(*model, {}, "lstm:3"); }),
            "Layer 'lstm' has 3 outputs; there is no 'lstm:3'.");
}

TEST(SubModel, SuggestsTheClosestNames) {
  const auto model = dense_chain("m", {{"conv1", 3}, {"conv2", 2}, {"head", 1}});
  EXPECT_EQ(error_of([&] { sub_model(*model, {}, "Conv3"); }),
            "Model 'm' has no layer 'Conv3'. Did you mean 'conv1' or 'conv2'?");
  EXPECT_EQ(error_of([&] { sub_model(*model, {}, "pool"); }), "Model 'm' has no layer 'pool'.");
}

TEST(SubModel, NamesTheNestedModelOfALayer) {
  const Tensor x = vector_input("x");
  const auto model = make_functional(x, call(dense_chain("inner", {{"a", 3}}), x), "m");
  EXPECT_THAT(error_of([&] { sub_model(*model, {}, "a"); }),
              HasSubstr("There is one inside the nested model 'inner'"));
}

TEST(SubModel, RequiresAChoiceAmongCallsOfASharedLayer) {
  const Tensor x = vector_input("x");
  const auto shared = dense(4, "shared");
  const auto model = make_functional(x, call(shared, call(shared, x)), "m");
  EXPECT_EQ(error_of([&] { sub_model(*model, {}, "shared"); }),
            "Layer 'shared' is shared: it is called 2 times in model 'm'. Choose one of the calls: "
            "'shared@0' or "
            "'shared@1'.");
  EXPECT_EQ(error_of([&] { sub_model(*model, {}, "shared@2"); }),
            "Layer 'shared' is called 2 times in model 'm'; there is no 'shared@2'.");
}

TEST(SubModel, IgnoresCallsInOtherModels) {
  const auto a = dense(4, "a");
  const Tensor x = vector_input("x");
  const auto model = make_functional(x, call(a, x), "m");
  const Tensor y = vector_input("y");
  const auto other = make_functional(y, call(a, y), "other");
  EXPECT_THAT(operation_names(*sub_model(*other, {}, "a")), ElementsAre("y", "a"));
}

TEST(SubModel, NamesAMissingInput) {
  const Tensor x = vector_input("x");
  const Tensor z = vector_input("z");
  const Tensor sum =
      call(make_layer("Add", {{"name", "sum"}}), Tree::list({call(dense(4, "a"), x), z}));
  const auto model = make_functional(Tree::list({x, z}), sum, "m");
  EXPECT_EQ(error_of([&] { sub_model(*model, Tree("a:0"), "sum"); }),
            "The output 'sum' cannot be computed from the inputs ('a') alone: it also needs 'z'.");
}

TEST(SubModel, RefusesTheSameTensorTwice) {
  const auto model = dense_chain("m", {{"a", 3}, {"b", 2}});
  EXPECT_EQ(error_of([&] { sub_model(*model, Tree::list({"b", "a:0"}), "b"); }),
            "The tensor 'a' is given as an input twice.");
}

TEST(SubModel, RefusesALayerOfAnotherModel) {
  const auto model = dense_chain("m", {{"a", 3}});
  const Tree other(
      std::static_pointer_cast<Object>(dense_chain("n", {{"a", 3}})->get_layer("a", {})));
  EXPECT_EQ(error_of([&] { sub_model(*model, {}, other); }),
            "Layer 'a' is not part of model 'm', which has another layer of that name.");
}

TEST(SubModel, RefusesInvalidSelections) {
  const auto model = dense_chain("m", {{"a", 3}});
  EXPECT_EQ(error_of([&] { sub_model(*model, {}, 5); }),
            "Select a sub-model by KerasTensors of the model's graph, layers, or layer names. "
            "Received: 5");
}

TEST(SubModel, NeedsABuiltModel) {
  const Tree a(std::static_pointer_cast<Object>(dense(3, "a")));
  const auto model = make_sequential({a}, "s");
  EXPECT_EQ(error_of([&] { sub_model(*model, {}, "a"); }),
            "Sequential model 's' has no defined inputs yet.");
}

}  // namespace
}  // namespace keras
