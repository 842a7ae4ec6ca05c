#include "models/diff/diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/cloning/cloning.h"
#include "serialization/deserialize.h"
#include "serialization/serialize.h"
#include "testing/small_models.h"

namespace keras {
namespace {

using testing::call;
using testing::dense;
using testing::dense_chain;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::make_layer;
using testing::vector_input;

// `+ d`, `- d`, `~ d < e` (was e)
std::vector<std::string> rows(const ModelChanges& changes) {
  std::vector<std::string> out;
  for (const LayerChange& change : changes.layers) {
    static constexpr const char* kSigns[] = {"+ ", "- ", "~ "};
    out.push_back(kSigns[static_cast<size_t>(change.kind)] + change.layer +
                  (change.was.empty() ? "" : " < " + change.was));
  }
  return out;
}

std::vector<std::string> keys(const std::vector<ValueChange>& config) {
  std::vector<std::string> out;
  for (const ValueChange& value : config) out.push_back(value.key);
  return out;
}

ModelChanges diff(const ModelPtr& a, const ModelPtr& b) { return diff_models(a, b, false); }

ModelPtr copy_of(const ModelPtr& model) {
  const ModelPtr copy = clone_model(model);
  copy->set_weights(model->get_weights());
  return copy;
}

TEST(DiffModels, AreEmptyForAModelAndItself) {
  const auto model = dense_chain("m", {{"a", 3}, {"b", 2}});
  const ModelChanges changes = diff_models(model, model);
  EXPECT_TRUE(changes.empty());
  EXPECT_EQ(changes.same_layers, 3);
  EXPECT_EQ(changes.same_weights, 4);
}

TEST(DiffModels, AreEmptyForACopyWithItsWeights) {
  const auto model = dense_chain("m", {{"a", 3}, {"b", 2}});
  const ModelChanges changes = diff_models(model, copy_of(model));
  EXPECT_TRUE(changes.empty());
  EXPECT_EQ(changes.same_weights, 4);
}

TEST(DiffModels, NameValuesOfConfigsByTheirPath) {
  const Tensor x = vector_input("x");
  const auto a = make_functional(x, call(dense(3, "d"), x), "m");
  const auto changed = make_layer(
      "Dense", {{"units", 3},
                {"name", "d"},
                {"activation", "relu"},
                {"kernel_initializer", json::Object{{"class_name", "GlorotUniform"},
                                                    {"config", json::Object{{"seed", 7}}}}}});
  const auto b = make_functional(x, call(changed, x), "m");
  const ModelChanges changes = diff(a, b);
  ASSERT_THAT(rows(changes), ElementsAre("~ d"));
  const auto& config = changes.layers[0].config;
  ASSERT_THAT(keys(config), ElementsAre("activation", "kernel_initializer.config.seed"));
  EXPECT_EQ(*config[0].from, json::Value("linear"));
  EXPECT_EQ(*config[0].to, json::Value("relu"));
  EXPECT_TRUE(config[1].from->is_null());
  EXPECT_EQ(*config[1].to, json::Value(7));
}

TEST(DiffModels, ReplaceRecordsOfOtherClassesAsAWhole) {
  const Tensor x = vector_input("x");
  const auto with = [&](const char* initializer) {
    return make_functional(
        x,
        call(make_layer("Dense", {{"units", 3}, {"name", "d"}, {"bias_initializer", initializer}}),
             x),
        "m");
  };
  const ModelChanges changes = diff(with("zeros"), with("ones"));
  ASSERT_THAT(keys(changes.layers.at(0).config), ElementsAre("bias_initializer"));
  EXPECT_EQ(*changes.layers[0].config[0].to->find("class_name"), json::Value("Ones"));
}

TEST(DiffModels, ShowInsertedLayersAndRewiredCalls) {
  const auto a = dense_chain("m", {{"a", 3}, {"b", 3}});
  const auto b = dense_chain("m", {{"a", 3}, {"new", 3}, {"b", 3}});
  const ModelChanges changes = diff(a, b);
  ASSERT_THAT(rows(changes), ElementsAre("+ new", "~ b"));
  EXPECT_EQ(changes.layers[0].to_inputs, (CallLabels{{"a"}}));
  EXPECT_EQ(changes.layers[1].from_inputs, (CallLabels{{"a"}}));
  EXPECT_EQ(changes.layers[1].to_inputs, (CallLabels{{"new"}}));
}

TEST(DiffModels, ShowARemovedLayerAtItsFormerPosition) {
  const auto a = dense_chain("m", {{"a", 3}, {"b", 3}, {"c", 3}, {"d", 3}});
  const auto b = dense_chain("m", {{"a", 3}, {"c", 3}, {"d", 5}});
  EXPECT_THAT(rows(diff(a, b)), ElementsAre("- b", "~ c", "~ d"));
}

TEST(DiffModels, MatchRenamedLayers) {
  const auto a = dense_chain("m", {{"a", 3}, {"b", 3}});
  const auto b = dense_chain("m", {{"p_a", 3}, {"p_b", 3}});
  const ModelChanges changes = diff(a, b);
  EXPECT_THAT(rows(changes), ElementsAre("~ p_a < a", "~ p_b < b"));
  EXPECT_FALSE(changes.layers[1].to_inputs);
  EXPECT_THAT(changes.layers[1].config, IsEmpty());
  EXPECT_TRUE(changes.model.config.empty()) << "the output is the same tensor";
}

TEST(DiffModels, MatchRenamedLayersWithTheSameConfigByTheirInputs) {
  // All are Dense(3): the one after `keep` was renamed, the one before it was removed.
  const auto a = dense_chain("m", {{"a", 3}, {"keep", 4}, {"b", 3}});
  const auto b = dense_chain("m", {{"keep", 4}, {"c", 3}});
  EXPECT_THAT(rows(diff(a, b)), ElementsAre("- a", "~ keep", "~ c < b"));
}

TEST(DiffModels, MatchRenamedAndChangedLayersByTheirInputs) {
  const auto a = dense_chain("m", {{"a", 3}, {"b", 3}});
  const auto b = dense_chain("m", {{"p_a", 5}, {"p_b", 6}});
  const ModelChanges changes = diff(a, b);
  ASSERT_THAT(rows(changes), ElementsAre("~ p_a < a", "~ p_b < b"));
  EXPECT_THAT(keys(changes.layers[0].config), ElementsAre("units"));
}

TEST(DiffModels, MatchLayersOfDifferentClassesOnlyByName) {
  const Tensor x = vector_input("x");
  const auto a =
      make_functional(x, call(make_layer("ReLU", {{"name", "act"}}), call(dense(3, "d"), x)), "m");
  const auto b = make_functional(
      x,
      call(make_layer("ELU", {{"name", "act"}}), call(make_layer("Flatten", {{"name", "f"}}), x)),
      "m");
  const ModelChanges changes = diff(a, b);
  EXPECT_THAT(rows(changes), ElementsAre("- d", "+ f", "~ act"));
  EXPECT_EQ(changes.layers[2].config.at(0).key, "class_name");
  EXPECT_EQ(*changes.layers[2].config[0].from, json::Value("ReLU"));
}

TEST(DiffModels, CompareNestedModelsLayerByLayer) {
  const auto outer = [](int units) {
    const Tensor x = vector_input("x");
    const auto inner = dense_chain("inner", {{"a", 3}, {"b", units}});
    const auto middle_input = vector_input("z");
    const auto middle = make_functional(middle_input, call(inner, middle_input), "middle");
    return make_functional(x, call(middle, x), "outer");
  };
  const ModelChanges changes = diff(outer(3), outer(5));
  ASSERT_THAT(rows(changes), ElementsAre("~ middle/inner/b"));
  EXPECT_THAT(keys(changes.layers[0].config), ElementsAre("units"));
  EXPECT_EQ(changes.same_layers, 6);  // x, middle, z, inner, its x, a
}

TEST(DiffModels, DoNotReportLayersOfARenamedModelAsRenamed) {
  const auto outer = [](const char* name) {
    const Tensor x = vector_input("x");
    return make_functional(x, call(dense_chain(name, {{"a", 3}}), x), "outer");
  };
  EXPECT_THAT(rows(diff(outer("first"), outer("second"))), ElementsAre("~ second < first"));
}

TEST(DiffModels, HandleDeepNesting) {
  const auto nested = [](int units) {
    std::shared_ptr<Functional> model = dense_chain("m", {{"d", units}});
    for (int depth = 0; depth < 60; ++depth) {
      const Tensor x = vector_input("x");
      model = make_functional(x, call(model, x), "m");
    }
    return model;
  };
  const ModelChanges changes = diff(nested(3), nested(4));
  ASSERT_EQ(changes.layers.size(), 1);
  EXPECT_THAT(keys(changes.layers[0].config), ElementsAre("units"));
}

TEST(DiffModels, CountTheCallsOfASharedLayer) {
  const auto model = [](int calls) {
    const Tensor x = vector_input("x");
    const auto shared = dense(4, "shared");
    Tensor y = x;
    for (int i = 0; i < calls; ++i) y = call(shared, y);
    return make_functional(x, call(dense(2, "end"), y), "m");
  };
  const ModelChanges changes = diff(model(2), model(3));
  ASSERT_THAT(rows(changes), ElementsAre("~ shared", "~ end"));
  EXPECT_EQ(changes.layers[0].to_inputs, (CallLabels{{"x"}, {"shared@0"}, {"shared@1"}}));
  EXPECT_EQ(changes.layers[1].from_inputs, (CallLabels{{"shared@1"}}));
}

TEST(DiffModels, IgnoreTheOrderOfTheCallsOfASharedLayer) {
  const auto model = [](bool left_first, bool crossed) {
    const Tensor left = vector_input("left"), right = vector_input("right");
    const auto shared = dense(4, "shared");
    Tensor of_left;
    if (left_first) of_left = call(shared, left);
    const Tensor of_right = call(shared, right);
    if (!left_first) of_left = call(shared, left);
    const Tensor end = call(dense(2, "end"), crossed ? of_right : of_left);
    const Tensor other = call(dense(2, "other"), crossed ? of_left : of_right);
    return make_functional(Tree::list({left, right}), Tree::list({end, other}), "m");
  };
  EXPECT_TRUE(diff(model(true, false), model(false, false)).empty());
  const ModelChanges crossed = diff(model(true, false), model(false, true));
  ASSERT_THAT(rows(crossed), ElementsAre("~ end", "~ other"));
  EXPECT_EQ(crossed.layers[0].from_inputs, (CallLabels{{"shared@0"}}));
  EXPECT_EQ(crossed.layers[0].to_inputs, (CallLabels{{"shared@0"}}));
}

TEST(DiffModels, CompareConstantArgumentsOfCalls) {
  const auto model = [](bool training) {
    const Tensor x = vector_input("x");
    Tree::Dict kwargs;
    kwargs.set("training", training);
    const Tree y =
        make_layer("Dropout", {{"rate", 0.5}, {"name", "drop"}})->apply({x}, std::move(kwargs));
    return make_functional(x, y, "m");
  };
  const ModelChanges changes = diff(model(false), model(true));
  ASSERT_THAT(rows(changes), ElementsAre("~ drop"));
  EXPECT_THAT(keys(changes.layers[0].config), ElementsAre("calls[0].kwargs.training"));
}

TEST(DiffModels, ShowDifferencesOfTheModelItself) {
  const auto model = [](const char* name, bool second_output) {
    const Tensor x = vector_input("x");
    const Tensor a = call(dense(3, "a"), x);
    const Tensor b = call(dense(3, "b"), a);
    return make_functional(x, second_output ? Tree::list({a, b}) : Tree(b), name);
  };
  const ModelPtr a = model("m", false);
  const ModelPtr b = model("n", true);
  b->set_trainable_flag(false);
  const ModelChanges changes = diff(a, b);
  EXPECT_THAT(rows(changes), IsEmpty());
  EXPECT_THAT(keys(changes.model.config), ElementsAre("name", "outputs", "trainable"));
  EXPECT_EQ(*changes.model.config[1].to, json::Value(json::Array{"a", "b"}));
}

TEST(DiffModels, CompareASequentialWithTheFunctionalOfItsLayers) {
  const auto sequential = make_sequential(
      {vector_input("x"), Tree(std::static_pointer_cast<Object>(dense(3, "a")))}, "m");
  const ModelChanges changes = diff(sequential, dense_chain("m", {{"a", 3}}));
  EXPECT_THAT(rows(changes), IsEmpty());
  EXPECT_THAT(keys(changes.model.config), ElementsAre("class_name"));
}

TEST(DiffModels, CompareUnbuiltSequentials) {
  const auto model = [](const std::vector<std::string>& names) {
    std::vector<Tree> layers;
    for (const auto& name : names)
      layers.emplace_back(std::static_pointer_cast<Object>(dense(3, name)));
    return make_sequential(layers, "m");
  };
  EXPECT_THAT(rows(diff(model({"a", "b"}), model({"a", "c", "b"}))), ElementsAre("+ c", "~ b"));
}

// --- Weights ---

TEST(DiffWeights, GiveTheLargestDifference) {
  const auto a = dense_chain("m", {{"d", 2}});
  const ModelPtr b = copy_of(a);
  std::vector<Tensor> values = b->get_weights();
  values[1] = Tensor::from(std::vector<float>{0.25f, -0.5f}, {2});
  b->set_weights(values);
  const ModelChanges changes = diff_models(a, b);
  ASSERT_THAT(rows(changes), ElementsAre("~ d"));
  ASSERT_EQ(changes.layers[0].weights.size(), 1);
  EXPECT_EQ(changes.layers[0].weights[0].weight, "bias");
  EXPECT_EQ(changes.layers[0].weights[0].max_difference, 0.5);
  EXPECT_EQ(changes.same_weights, 1);
}

TEST(DiffWeights, DistinguishBitsOfEqualNumbers) {
  const auto a = dense_chain("m", {{"d", 1}});
  const ModelPtr b = copy_of(a);
  std::vector<Tensor> values = b->get_weights();
  values[1] = Tensor::from(std::vector<float>{-0.0f}, {1});
  b->set_weights(values);
  const ModelChanges changes = diff_models(a, b);
  ASSERT_EQ(changes.layers.size(), 1);
  EXPECT_EQ(changes.layers[0].weights.at(0).max_difference, 0.0);
}

TEST(DiffWeights, ReportNaNWhenOnlyOneSideIsANumber) {
  const auto a = dense_chain("m", {{"d", 2}});
  const ModelPtr b = copy_of(a);
  std::vector<Tensor> values = b->get_weights();
  values[1] = Tensor::from(std::vector<float>{std::nanf(""), 3.0f}, {2});
  b->set_weights(values);
  EXPECT_TRUE(std::isnan(*diff_models(a, b).layers.at(0).weights.at(0).max_difference));
}

TEST(DiffWeights, ReportDifferentShapes) {
  const ModelChanges changes =
      diff_models(dense_chain("m", {{"d", 2}}), dense_chain("m", {{"d", 3}}));
  const auto& weights = changes.layers.at(0).weights;
  ASSERT_EQ(weights.size(), 2);
  EXPECT_EQ(weights[0].from->shape, (Shape{4, 2}));
  EXPECT_EQ(weights[0].to->shape, (Shape{4, 3}));
  EXPECT_FALSE(weights[0].max_difference);
}

TEST(DiffWeights, ReportDifferentDtypes) {
  const auto model = [](const char* dtype) {
    const Tensor x = vector_input("x");
    const auto zeros = make_layer(
        "Dense", {{"units", 2}, {"name", "d"}, {"dtype", dtype}, {"kernel_initializer", "ones"}});
    return make_functional(x, call(zeros, x), "m");
  };
  const ModelChanges changes = diff_models(model("float32"), model("bfloat16"));
  ASSERT_EQ(changes.layers.size(), 1);
  ASSERT_EQ(changes.layers[0].weights.size(), 2);
  EXPECT_EQ(changes.layers[0].weights[0].to->dtype, DType::kBFloat16);
  EXPECT_EQ(changes.layers[0].weights[0].max_difference, 0.0);
}

TEST(DiffWeights, MatchByNameWhenOneLayerHasMore) {
  const auto model = [](bool use_bias) {
    const Tensor x = vector_input("x");
    return make_functional(
        x, call(make_layer("Dense", {{"units", 2}, {"name", "d"}, {"use_bias", use_bias}}), x),
        "m");
  };
  const ModelPtr a = model(true);
  const ModelPtr b = model(false);
  b->set_weights({a->get_weights()[0]});
  const ModelChanges changes = diff_models(a, b);
  ASSERT_EQ(changes.layers.at(0).weights.size(), 1);
  EXPECT_EQ(changes.layers[0].weights[0].weight, "bias");
  EXPECT_FALSE(changes.layers[0].weights[0].to);
  EXPECT_EQ(changes.same_weights, 1);
}

TEST(DiffWeights, NameWeightsInWrappersByPath) {
  const auto model = [] {
    const Tensor x = make_input({.batch_shape = Shape{kNone, 3, 2}, .name = "x"});
    const auto lstm = make_layer("LSTM", {{"units", 2}, {"name", "lstm"}});
    const auto both =
        make_layer("Bidirectional", {{"layer", serialize_keras_object(*lstm)}, {"name", "both"}});
    return make_functional(x, call(both, x), "m");
  };
  const ModelChanges changes = diff_models(model(), model());
  EXPECT_EQ(changes.layers.at(0).weights.at(0).weight, "forward_lstm/lstm_cell/kernel");
}

TEST(DiffWeights, AreNotDrawnWithoutWeights) {
  const auto a = dense_chain("m", {{"d", 2}});
  const auto b = dense_chain("m", {{"d", 2}});
  EXPECT_TRUE(diff_models(a, b, false).empty());
  EXPECT_TRUE(a->weights()[0]->is_pending());
}

}  // namespace
}  // namespace keras
