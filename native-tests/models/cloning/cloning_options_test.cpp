// Extensions of clone_model beyond Keras, and its errors.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "models/cloning/cloning.h"
#include "serialization/function.h"
#include "serialization/serialize.h"
#include "testing/small_models.h"

namespace keras {
namespace {

using testing::chain;
using testing::dense;
using ::testing::ElementsAre;
using testing::entry;
using ::testing::HasSubstr;
using testing::input_of;
using testing::make_layer;
using testing::operation_names;
using testing::predicted;
using testing::ramp;
using testing::set_distinct_weights;
using testing::stack;

std::shared_ptr<Functional> as_functional(const ModelPtr& model) {
  return std::dynamic_pointer_cast<Functional>(model);
}

const RenameFunction kPrefix = [](const std::string& name, const auto&) { return "a_" + name; };

Error error_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error;
  }
  return value_error("nothing was raised");
}

// --- Hooks that return nothing ---

TEST(CloneOptions, HooksThatReturnNothingMeanTheDefault) {
  const auto model = chain({kNone, 3}, {dense(4, "d1"), dense(2, "d2")});
  int seen = 0;
  const ModelPtr clone = clone_model(
      model, {.clone_function = [&](const std::shared_ptr<Operation>&) -> std::optional<Tree> {
                ++seen;
                return std::nullopt;
              },
              .call_function = [&](const Tree&, const Tree::Sequence&,
                                   const Tree::Dict&) -> std::optional<Tree> {
                ++seen;
                return std::nullopt;
              }});
  EXPECT_EQ(seen, 4);
  EXPECT_EQ(serialize_keras_object(*clone), serialize_keras_object(*model));
}

TEST(CloneOptions, NoneIsAnError) {
  const auto model = chain({kNone, 3}, {dense(4, "d1")});
  const auto error = error_of([&] {
    clone_model(model,
                {.clone_function = [](const std::shared_ptr<Operation>&) { return Tree(); }});
  });
  EXPECT_STREQ(error.what(), "'NoneType' object is not callable");
}

// --- rename, name ---

TEST(CloneOptions, RenameReachesLayersInputsOperationsAndTheModel) {
  const Tensor x = input_of({kNone, 3});
  const auto add = std::dynamic_pointer_cast<Operation>(
      construct(*find_class_in_family(Family::kLayer, "Add"), {{"name", "sum"}}));
  const Tree hidden = dense(3, "d")->apply({x});
  const auto model = make_functional(x, add->apply({Tree::list({hidden, x})}), "m");
  std::vector<std::string> asked;
  const ModelPtr clone = clone_model(
      model, {.rename = [&](const std::string& name, const std::shared_ptr<Operation>& original) {
        EXPECT_EQ(original->name(), name);
        asked.push_back(name);
        return "a_" + name;
      }});
  EXPECT_THAT(operation_names(*clone), ElementsAre("a_x", "a_d", "a_sum"));
  EXPECT_EQ(clone->name(), "a_m");
  EXPECT_EQ(clone->weights().front()->path(), "a_d/kernel");
  EXPECT_THAT(asked, ::testing::UnorderedElementsAre("x", "d", "sum", "m"));
  EXPECT_THAT(operation_names(*model), ElementsAre("x", "d", "sum"));
}

TEST(CloneOptions, ARenamedCloneCanBeUsedWithItsOriginal) {
  const auto model = chain({kNone, 3}, {dense(2, "d")});
  const ModelPtr clone = clone_model(model, {.rename = kPrefix});
  const Tensor x = input_of({kNone, 3});
  const auto add = std::dynamic_pointer_cast<Operation>(make_layer("Add"));
  const Tree both = add->apply({Tree::list({model->apply({x}), clone->apply({x})})});
  EXPECT_EQ(make_functional(x, both)->layers().size(), 4u);
  // Also in a flat graph.
  const auto other = as_functional(clone);
  EXPECT_EQ(make_functional(Tree::list({model->input(), other->input()}),
                            Tree::list({model->output(), other->output()}))
                ->layers()
                .size(),
            4u);
}

TEST(CloneOptions, NamesInNestedModelsChangeWhenRecursive) {
  const auto model =
      chain({kNone, 3}, {chain({kNone, 3}, {dense(3, "deep")}, "inner"), dense(2, "d")});
  const ModelPtr shallow = clone_model(model, {.rename = kPrefix});
  EXPECT_THAT(operation_names(*shallow), ElementsAre("a_x", "a_inner", "a_d"));
  EXPECT_THAT(
      operation_names(*as_functional(std::dynamic_pointer_cast<Model>(shallow->layers()[1]))),
      ElementsAre("x", "deep"));
  const ModelPtr recursive = clone_model(model, {.recursive = true, .rename = kPrefix});
  EXPECT_THAT(operation_names(*recursive), ElementsAre("a_x", "a_inner", "a_d"));
  EXPECT_THAT(
      operation_names(*as_functional(std::dynamic_pointer_cast<Model>(recursive->layers()[1]))),
      ElementsAre("a_x", "a_deep"));
}

TEST(CloneOptions, RenameAppliesToNewLayersButNotToSharedOnes) {
  const auto model = chain({kNone, 3}, {dense(4, "kept"), dense(2, "made")});
  const ModelPtr clone = clone_model(model, {.clone_function =
                                                 [](const std::shared_ptr<Operation>& operation) {
                                                   return operation->name() == "kept"
                                                              ? Tree(operation)
                                                              : clone_from_config(operation);
                                                 },
                                             .rename = kPrefix});
  EXPECT_THAT(operation_names(*clone), ElementsAre("a_x", "kept", "a_made"));
  EXPECT_EQ(model->layers()[1]->name(), "kept");
}

TEST(CloneOptions, ASequentialIsRenamedWithItsInput) {
  const auto model = stack({Tree(input_of({kNone, 3})), entry(dense(4, "d"))});
  const auto clone = std::dynamic_pointer_cast<Sequential>(clone_model(model, {.rename = kPrefix}));
  EXPECT_EQ(clone->name(), "a_s");
  EXPECT_EQ(clone->input_layer()->name(), "a_x");
  EXPECT_EQ(clone->layers()[0]->name(), "a_d");
}

TEST(CloneOptions, NameOverridesRename) {
  const auto model = chain({kNone, 3}, {dense(4, "d")});
  EXPECT_EQ(clone_model(model, {.rename = kPrefix, .name = "mine"})->name(), "mine");
  EXPECT_EQ(clone_model(model, {.name = "mine"})->layers()[1]->name(), "d");
}

TEST(CloneOptions, DuplicateNamesAreKerassError) {
  const auto model = chain({kNone, 3}, {dense(4, "d1"), dense(2, "d2")});
  const RenameFunction same = [](const std::string&, const auto&) { return std::string("same"); };
  EXPECT_STREQ(
      error_of([&] { clone_model(model, {.rename = same}); }).what(),
      "The name \"same\" is used 3 times in the model. All operation names should be unique.");
  const RenameFunction slash = [](const std::string& name, const auto&) { return "a/" + name; };
  EXPECT_THAT(error_of([&] { clone_model(model, {.rename = slash}); }).what(), HasSubstr("a/"));
}

// --- keep_trainable ---

TEST(CloneOptions, FrozenModelsStayFrozenWithKeepTrainable) {
  const auto model = chain({kNone, 3}, {dense(4, "d1"), dense(2, "d2")});
  model->set_trainable(false);
  model->layers()[2]->set_trainable(true);
  const ModelPtr plain = clone_model(model);
  EXPECT_TRUE(plain->trainable());
  EXPECT_EQ(plain->trainable_weights().size(), 2u);
  const ModelPtr kept = clone_model(model, {.keep_trainable = true});
  EXPECT_FALSE(kept->trainable());
  EXPECT_TRUE(kept->trainable_weights().empty());
  EXPECT_FALSE(kept->layers()[1]->trainable());
  EXPECT_TRUE(kept->layers()[2]->trainable());
}

TEST(CloneOptions, FlagsOfNestedModelsAreKeptOnEachLevel) {
  const auto inner = chain({kNone, 3}, {dense(3, "deep")}, "inner");
  inner->set_trainable_flag(false);
  const auto model = chain({kNone, 3}, {inner, dense(2, "d")});
  EXPECT_TRUE(clone_model(model, {.recursive = true})->layers()[1]->trainable());
  EXPECT_FALSE(
      clone_model(model, {.recursive = true, .keep_trainable = true})->layers()[1]->trainable());
  EXPECT_FALSE(clone_model(model, {.keep_trainable = true})->layers()[1]->trainable());
}

TEST(CloneOptions, FlagsOfSingleWeightsAreKept) {
  const auto model = chain({kNone, 3}, {dense(4, "d1")});
  model->weights()[0]->set_trainable(false);
  EXPECT_EQ(clone_model(model)->trainable_weights().size(), 2u);
  EXPECT_EQ(clone_model(model, {.keep_trainable = true})->trainable_weights().size(), 1u);
}

TEST(CloneOptions, WhatAHookFreezesStaysFrozen) {
  const auto model = chain({kNone, 3}, {dense(4, "d1")});
  const ModelPtr clone = clone_model(model, {.clone_function =
                                                 [](const std::shared_ptr<Operation>& operation) {
                                                   json::Object config = operation->get_config();
                                                   config.set("trainable", false);
                                                   return Tree(operation->new_from_config(config));
                                                 },
                                             .keep_trainable = true});
  EXPECT_TRUE(clone->trainable_weights().empty());
}

// --- as_functional ---

TEST(CloneOptions, ASequentialBecomesAFunctionalWithTheSameOutputs) {
  const auto model =
      stack({Tree(input_of({kNone, 3})), entry(dense(4, "d1")), entry(dense(2, "d2"))});
  set_distinct_weights(*model);
  std::vector<std::string> called;
  CloneOptions options{.call_function = [&](const Tree& layer, const Tree::Sequence&,
                                            const Tree::Dict&) -> std::optional<Tree> {
                         called.emplace_back(layer.as_object()->display_name());
                         return std::nullopt;
                       },
                       .copy_weights = CopyWeights(),
                       .as_functional = true};
  const auto clone = as_functional(clone_model(model, options));
  ASSERT_TRUE(clone);
  EXPECT_EQ(clone->name(), "s");
  EXPECT_THAT(operation_names(*clone), ElementsAre("x", "d1", "d2"));
  EXPECT_THAT(called, ElementsAre("d1", "d2"));
  EXPECT_EQ(predicted(*clone, ramp({2, 3})), predicted(*model, ramp({2, 3})));
}

TEST(CloneOptions, WithoutItCallFunctionsOnASequentialAreAnError) {
  const auto model = stack({Tree(input_of({kNone, 3})), entry(dense(4, "d1"))});
  CloneOptions options{.call_function = call_cloned};
  EXPECT_THAT(error_of([&] { clone_model(model, options); }).what(),
              HasSubstr("`call_function` argument is not supported with Sequential models."));
}

TEST(CloneOptions, SequentialModelsInsideBecomeFunctionalWhenRecursive) {
  const auto inner = stack({Tree(input_of({kNone, 3})), entry(dense(3, "deep"))}, "inner");
  const auto model = stack({Tree(input_of({kNone, 3})), entry(inner), entry(dense(2, "d"))});
  const ModelPtr clone = clone_model(model, {.recursive = true, .as_functional = true});
  EXPECT_TRUE(as_functional(std::dynamic_pointer_cast<Model>(clone->layers()[1])));
}

TEST(CloneOptions, ALayerThatOccursTwiceInASequentialIsCalledTwice) {
  const LayerPtr twice = dense(3, "d");
  const auto model = stack({Tree(input_of({kNone, 3})), entry(twice), entry(twice)});
  set_distinct_weights(*model);
  const ModelPtr clone = clone_model(model, {.copy_weights = CopyWeights(), .as_functional = true});
  EXPECT_EQ(clone->weights().size(), 2u);
  EXPECT_EQ(predicted(*clone, ramp({1, 3})), predicted(*model, ramp({1, 3})));
}

TEST(CloneOptions, ASequentialWithoutInputShapeNeedsInputTensors) {
  const auto model = stack({entry(dense(4, "d1"))});
  EXPECT_STREQ(
      error_of([&] { clone_model(model, {.as_functional = true}); }).what(),
      "Sequential model 's' cannot be cloned as a Functional model because it has no input shape "
      "yet. Build it, or pass `input_tensors`.");
  const Tensor x = input_of({kNone, 7}, "mine");
  const ModelPtr clone = clone_model(model, {.input_tensors = Tree(x), .as_functional = true});
  EXPECT_THAT(operation_names(*clone), ElementsAre("mine", "d1"));
}

// --- Errors ---

TEST(CloneErrors, AnErrorOfAHookNamesTheLayer) {
  const auto model =
      chain({kNone, 3}, {dense(4, "d1"), chain({kNone, 4}, {dense(2, "deep")}, "inner")}, "outer");
  CloneOptions options{
      .clone_function = [](const std::shared_ptr<Operation>& operation) -> std::optional<Tree> {
        if (operation->name() == "deep") throw Error(ErrorKind::kJsError, "mine");
        return std::nullopt;
      },
      .recursive = true};
  const Error error = error_of([&] { clone_model(model, options); });
  EXPECT_STREQ(error.what(), "mine");
  EXPECT_THAT(error.notes(),
              ElementsAre("While cloning layer 'deep' (Dense) of model 'outer/inner'"));
}

TEST(CloneErrors, AnErrorOfACallFunctionNamesTheLayerAndTheShapes) {
  const auto model = chain({kNone, 3}, {dense(4, "d1")});
  CloneOptions options{.call_function = [](const Tree&, const Tree::Sequence&,
                                           const Tree::Dict&) -> std::optional<Tree> {
    throw Error(ErrorKind::kJsError, "mine");
  }};
  EXPECT_THAT(
      error_of([&] { clone_model(model, options); }).notes(),
      ElementsAre("While calling layer 'd1' (Dense) of the clone on inputs of shape (None, 3)"));
}

CloneFunction flattening(const std::string& name) {
  return [=](const std::shared_ptr<Operation>& operation) -> std::optional<Tree> {
    if (operation->name() != name) return std::nullopt;
    return entry(make_layer("Flatten", {{"name", "flat"}}));
  };
}

std::vector<LayerPtr> convolutions() {
  return {make_layer("Conv2D", {{"filters", 2}, {"kernel_size", 3}, {"name", "c1"}}),
          make_layer("Conv2D", {{"filters", 2}, {"kernel_size", 3}, {"name", "c2"}})};
}

TEST(CloneErrors, AnErrorOfACallNamesTheLayerAndTheShapes) {
  const auto model = chain({kNone, 8, 8, 1}, convolutions());
  const Error error = error_of([&] { clone_model(model, {.clone_function = flattening("c1")}); });
  EXPECT_THAT(error.what(), HasSubstr("incompatible with the layer"));
  EXPECT_THAT(
      error.notes(),
      ElementsAre("While calling layer 'c2' (Conv2D) of the clone on inputs of shape (None, 64)"));
}

TEST(CloneErrors, AnErrorInASequentialNamesTheLayerAndTheShapes) {
  std::vector<Tree> entries{Tree(input_of({kNone, 8, 8, 1}))};
  for (const LayerPtr& layer : convolutions()) entries.push_back(entry(layer));
  const Error error =
      error_of([&] { clone_model(stack(entries), {.clone_function = flattening("c1")}); });
  EXPECT_THAT(error.what(), HasSubstr("incompatible with the layer"));
  EXPECT_THAT(
      error.notes(),
      ElementsAre("While calling layer 'c2' (Conv2D) of the clone on inputs of shape (None, 64)"));
}

TEST(CloneErrors, AReplacementThatIsNotALayerIsNamedWithItsOriginal) {
  const auto functional = chain({kNone, 3}, {dense(4, "d1")});
  const CloneFunction number = [](const std::shared_ptr<Operation>&) { return Tree(3); };
  EXPECT_THAT(
      error_of([&] { clone_model(functional, {.clone_function = number}); }).notes(),
      ElementsAre(
          "While calling 3, which stands for layer 'd1' (Dense), on inputs of shape (None, 3)"));
  const auto sequential = stack({Tree(input_of({kNone, 3})), entry(dense(4, "d1"))});
  EXPECT_THAT(error_of([&] { clone_model(sequential, {.clone_function = number}); }).notes(),
              ElementsAre("While cloning layer 'd1' (Dense) of model 's'"));
}

TEST(CloneErrors, ACallDisconnectedFromTheInputsIsNamed) {
  const auto model = chain({kNone, 3}, {dense(3, "d1"), dense(3, "d2"), dense(3, "d3")});
  const Tensor other = input_of({kNone, 3}, "other");
  CloneOptions options{.call_function = [&](const Tree& layer, const Tree::Sequence&,
                                            const Tree::Dict&) -> std::optional<Tree> {
    if (layer.as_object()->display_name() != "d2") return std::nullopt;
    return Tree(other);
  }};
  const Error error = error_of([&] { clone_model(model, options); });
  ASSERT_EQ(error.notes().size(), 1u) << error.what();
  EXPECT_THAT(error.notes().front(),
              HasSubstr("The call of layer 'd2' (Dense) returned <KerasTensor shape=(None, 3)"));
  EXPECT_THAT(
      error.notes().front(),
      HasSubstr("which comes from layer 'other' (InputLayer) instead of the inputs of the clone"));
}

TEST(CloneErrors, ACallThatReturnsTooFewValuesIsNamed) {
  const Tensor x = input_of({kNone, 5, 3});
  const Tree outputs =
      make_layer("LSTM", {{"units", 2}, {"return_state", true}, {"name", "lstm"}})->apply({x});
  const auto model = make_functional(x, outputs, "m");
  CloneOptions options{.call_function = [](const Tree& layer, const Tree::Sequence& args,
                                           const Tree::Dict& kwargs) -> std::optional<Tree> {
    return flatten(call_cloned(layer, args, kwargs)).front();
  }};
  const Error error = error_of([&] { clone_model(model, options); });
  EXPECT_THAT(error.what(), HasSubstr("is not connected to `inputs`"));
  EXPECT_THAT(error.notes(),
              ElementsAre("The call of layer 'lstm' (LSTM) returned 1 of 3 outputs"));
}

TEST(CloneErrors, AHookThatReturnsAModelRunsOncePerLayer) {
  const auto model = chain({kNone, 3}, {dense(3, "d1"), dense(3, "d2")});
  int asked = 0;
  const ModelPtr clone =
      clone_model(model, {.clone_function =
                              [&](const std::shared_ptr<Operation>& operation) {
                                ++asked;
                                const auto inside = clone_from_config(operation).as_object();
                                return Tree(std::static_pointer_cast<Object>(
                                    chain({kNone, 3}, {std::dynamic_pointer_cast<Layer>(inside)},
                                          "around_" + operation->name())));
                              },
                          .recursive = true});
  EXPECT_EQ(asked, 2);
  EXPECT_THAT(operation_names(*clone), ElementsAre("x", "around_d1", "around_d2"));
}

}  // namespace
}  // namespace keras
