// clone_model with copy_weights: the source of each weight of the clone.
// Long because each kind of hook and each kind of replacement is a separate case.
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
using testing::numbers;
using testing::predicted;
using testing::ramp;
using testing::set_distinct_weights;
using testing::stack;

struct Cloned {
  ModelPtr model;
  WeightReport report;
};

Cloned clone_with_weights(const ModelPtr& model, CloneOptions options = {}, CopyWeights how = {}) {
  Cloned cloned;
  options.copy_weights = std::move(how);
  options.report = &cloned.report;
  cloned.model = clone_model(model, options);
  return cloned;
}

CloneFunction replacing(const std::string& name, const std::function<Tree()>& make) {
  return [=](const std::shared_ptr<Operation>& operation) -> std::optional<Tree> {
    if (operation->name() != name) return std::nullopt;
    return make();
  };
}

CloneFunction with_config(const std::string& name, const std::function<void(json::Object&)>& edit) {
  return [=](const std::shared_ptr<Operation>& operation) -> std::optional<Tree> {
    if (operation->name() != name) return std::nullopt;
    json::Object config = operation->get_config();
    edit(config);
    return Tree(operation->new_from_config(config));
  };
}

// "conv/kernel" of the reported targets.
std::vector<std::string> names(const std::vector<WeightInfo>& weights) {
  std::vector<std::string> out;
  for (const WeightInfo& weight : weights) out.push_back(weight.layer + "/" + weight.weight);
  return out;
}
std::vector<std::string> copied(const WeightReport& report) {
  std::vector<std::string> out;
  for (const auto& entry : report.copied) out.push_back(names({entry.target}).front());
  return out;
}
// "target <- source: reason", with a dash for a missing side.
std::vector<std::string> skipped(const WeightReport& report) {
  std::vector<std::string> out;
  const auto name = [](const std::optional<WeightInfo>& weight) {
    return weight ? names({*weight}).front() : std::string("-");
  };
  for (const auto& entry : report.skipped) {
    out.push_back(name(entry.target) + " <- " + name(entry.source) + ": " + entry.reason);
  }
  return out;
}

std::string mismatch_of(const ModelPtr& model, const CloneOptions& options) {
  try {
    clone_with_weights(model, options);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kValueError);
    return error.what();
  }
  return "";
}

std::shared_ptr<Functional> normalized_chain() {
  const auto model =
      chain({kNone, 3},
            {dense(4, "d1"), make_layer("BatchNormalization", {{"name", "bn"}}), dense(2, "d2")});
  set_distinct_weights(*model);
  return model;
}

TEST(CopyWeights, TheClonePredictsTheSameNumbersMovingStatisticsIncluded) {
  const auto model = normalized_chain();
  const Cloned clone = clone_with_weights(model);
  EXPECT_EQ(predicted(*clone.model, ramp({2, 3})), predicted(*model, ramp({2, 3})));
  EXPECT_THAT(copied(clone.report),
              ElementsAre("d1/kernel", "d1/bias", "bn/gamma", "bn/beta", "bn/moving_mean",
                          "bn/moving_variance", "d2/kernel", "d2/bias"));
  EXPECT_TRUE(clone.report.skipped.empty());
  EXPECT_TRUE(clone.report.fresh.empty());
  EXPECT_TRUE(clone.report.shared.empty());
}

TEST(CopyWeights, WithoutItWeightsAreFreshAndNotEvenDrawn) {
  const auto model = normalized_chain();
  WeightReport report;
  const ModelPtr clone = clone_model(model, {.report = &report});
  EXPECT_EQ(report.fresh.size(), 8u);
  EXPECT_TRUE(report.copied.empty());
  for (const auto& variable : clone->weights())
    EXPECT_TRUE(variable->is_pending()) << variable->path();
}

TEST(CopyWeights, StorageIsSharedUntilEitherChanges) {
  const auto model = normalized_chain();
  const Cloned clone = clone_with_weights(model);
  const auto source = model->weights().front();
  const auto target = clone.model->weights().front();
  EXPECT_EQ(target->stored_value(), source->stored_value());
  const std::vector<float> before = numbers(source->stored_value());
  target->assign(Tensor::zeros({3, 4}, DType::kFloat32));
  EXPECT_EQ(numbers(source->stored_value()), before);
  source->assign(Tensor::full({3, 4}, DType::kFloat32, 7));
  EXPECT_EQ(target->stored_value().item(), 0);
}

TEST(CopyWeights, ALayerThatIsCalledTwiceIsCopiedOnce) {
  const LayerPtr shared = dense(3, "d");
  const auto model = chain({kNone, 3}, {shared, shared});
  set_distinct_weights(*model);
  const Cloned clone = clone_with_weights(model);
  EXPECT_THAT(copied(clone.report), ElementsAre("d/kernel", "d/bias"));
  EXPECT_EQ(predicted(*clone.model, ramp({1, 3})), predicted(*model, ramp({1, 3})));
}

TEST(CopyWeights, MatchingIgnoresNamesAndPaths) {
  const auto model = normalized_chain();
  const Cloned clone = clone_with_weights(
      model, {.rename = [](const std::string& name, const auto&) { return "new_" + name; }});
  EXPECT_EQ(copied(clone.report).front(), "new_d1/kernel");
  EXPECT_EQ(clone.report.copied.front().source->layer, "d1");
  EXPECT_EQ(clone.report.copied.front().target.path, "new_d1/kernel");
  EXPECT_EQ(predicted(*clone.model, ramp({2, 3})), predicted(*model, ramp({2, 3})));
}

// --- Mismatches ---

std::shared_ptr<Functional> wider(CloneOptions& options) {
  const auto model = normalized_chain();
  options.input_tensors = Tree(input_of({kNone, 5}));
  return model;
}

TEST(CopyWeights, AMismatchIsAnErrorThatNamesLayerWeightAndBothShapes) {
  CloneOptions options;
  const auto model = wider(options);
  EXPECT_THAT(
      mismatch_of(model, options),
      HasSubstr("- weight 'kernel' of layer 'd1' (Dense) is (3, 4) float32 in the model and (5, 4) "
                "float32 in the clone"));
}

TEST(CopyWeights, AllMismatchesAreListed) {
  const auto model = normalized_chain();
  CloneOptions options{.clone_function =
                           with_config("d1", [](json::Object& config) { config.set("units", 6); })};
  const std::string message = mismatch_of(model, options);
  for (const char* weight :
       {"'kernel' of layer 'd1'", "'bias' of layer 'd1'", "'gamma' of layer 'bn'",
        "'moving_variance' of layer 'bn'", "'kernel' of layer 'd2'"}) {
    EXPECT_THAT(message, HasSubstr(weight));
  }
  EXPECT_THAT(message, ::testing::Not(HasSubstr("'bias' of layer 'd2'")));
}

TEST(CopyWeights, AMismatchLeavesLayersThatTheHookKeepsUnchanged) {
  const auto model = normalized_chain();
  const LayerPtr mine = dense(4, "d1");
  CloneOptions options{.input_tensors = Tree(input_of({kNone, 5})),
                       .clone_function = replacing("d1", [&] { return entry(mine); })};
  EXPECT_NE(mismatch_of(model, options), "");
  for (const auto& variable : mine->weights()) EXPECT_TRUE(variable->is_pending());
}

TEST(CopyWeights, SkipKeepsMismatchesFreshAndCopiesTheRest) {
  CloneOptions options;
  const auto model = wider(options);
  const Cloned clone = clone_with_weights(model, options, {WeightMismatch::kSkip});
  EXPECT_THAT(
      skipped(clone.report),
      ElementsAre("d1/kernel <- d1/kernel: (3, 4) float32 does not fit into (5, 4) float32"));
  EXPECT_EQ(clone.report.copied.size(), 7u);
  EXPECT_TRUE(clone.model->weights()[0]->is_pending());
  EXPECT_EQ(clone.model->weights()[1]->stored_value(), model->weights()[1]->stored_value());
}

TEST(CopyWeights, AFunctionComputesValuesForMismatches) {
  CloneOptions options;
  const auto model = wider(options);
  std::vector<std::string> asked;
  const CopyWeights how{WeightMismatch::kAdapt,
                        [&](const WeightRef& target, const LayerPtr& source_layer,
                            std::optional<size_t> source_index) {
                          asked.push_back(target.layer->name() +
                                          repr(source_layer->weights()[*source_index]->shape()));
                          return ramp(target.layer->weights()[target.index]->shape());
                        }};
  const Cloned clone = clone_with_weights(model, options, how);
  EXPECT_THAT(asked, ElementsAre("d1(3, 4)"));
  EXPECT_EQ(numbers(clone.model->weights()[0]->stored_value()), numbers(ramp({5, 4})));
  EXPECT_TRUE(clone.report.copied.front().adapted);
  EXPECT_FALSE(clone.report.copied.back().adapted);
}

TEST(CopyWeights, AFunctionMayLeaveAWeightFresh) {
  CloneOptions options;
  const auto model = wider(options);
  const Cloned clone = clone_with_weights(
      model, options,
      {WeightMismatch::kAdapt,
       [](const WeightRef&, const LayerPtr&, std::optional<size_t>) { return Tensor(); }});
  EXPECT_EQ(clone.report.skipped.size(), 1u);
  EXPECT_TRUE(clone.model->weights()[0]->is_pending());
}

TEST(CopyWeights, AnErrorNamesTheWeightWhenAFunctionReturnsAnotherShape) {
  CloneOptions options;
  const auto model = wider(options);
  try {
    clone_with_weights(model, options,
                       {WeightMismatch::kAdapt, [](const WeightRef&, const LayerPtr&,
                                                   std::optional<size_t>) { return ramp({2}); }});
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "The value for a weight of shape (5, 4) has shape (2,)");
    EXPECT_THAT(error.notes(), ElementsAre("While adapting weight 'kernel' of layer 'd1' (Dense)"));
  }
}

TEST(CopyWeights, FloatsAreCastButIntegersDoNotBecomeFloats) {
  const auto model = normalized_chain();
  const Cloned half = clone_with_weights(
      model, {.clone_function =
                  with_config("d1", [](json::Object& config) { config.set("dtype", "float16"); })});
  EXPECT_EQ(half.model->weights()[0]->dtype(), DType::kFloat16);
  EXPECT_EQ(half.model->weights()[0]->stored_value().item(1),
            model->weights()[0]->stored_value().item(1));
  // int8 kernels have a scale with the shape of a bias.
  CloneOptions quantized{
      .clone_function = with_config("d1", [](json::Object& config) {
        config.set("use_bias", false);
        config.set(
            "dtype",
            json::Object{{"module", "keras.dtype_policies"},
                         {"class_name", "QuantizedDTypePolicy"},
                         {"config", json::Object{{"mode", "int8"}, {"source_name", "float32"}}},
                         {"registered_name", nullptr}});
      })};
  EXPECT_THAT(mismatch_of(model, quantized),
              HasSubstr("(3, 4) float32 in the model and (3, 4) int8 in the clone"));
}

TEST(CopyWeights, AMissingBiasIsAMismatchButTheKernelFits) {
  const auto model = normalized_chain();
  const auto without =
      with_config("d1", [](json::Object& config) { config.set("use_bias", false); });
  EXPECT_THAT(
      mismatch_of(model, {.clone_function = without}),
      HasSubstr(
          "'bias' of layer 'd1' (Dense) is (4,) float32 in the model and missing in the clone"));
  const Cloned less =
      clone_with_weights(model, {.clone_function = without}, {WeightMismatch::kSkip});
  EXPECT_THAT(skipped(less.report),
              ElementsAre("- <- d1/bias: its replacement has no such weight"));
  EXPECT_EQ(copied(less.report).front(), "d1/kernel");

  const auto with = with_config("d1", [](json::Object& config) { config.set("use_bias", true); });
  EXPECT_THAT(
      mismatch_of(less.model, {.clone_function = with}),
      HasSubstr(
          "'bias' of layer 'd1' (Dense) is missing in the model and (4,) float32 in the clone"));
}

TEST(CopyWeights, LayersWithMoreWeightsTakeThoseOfTheSameName) {
  const auto model =
      chain({kNone, 3}, {make_layer("BatchNormalization", {{"name", "bn"}, {"scale", false}})});
  set_distinct_weights(*model);
  const Cloned clone =
      clone_with_weights(model,
                         {.clone_function = with_config(
                              "bn", [](json::Object& config) { config.set("scale", true); })},
                         {WeightMismatch::kSkip});
  EXPECT_THAT(copied(clone.report), ElementsAre("bn/beta", "bn/moving_mean", "bn/moving_variance"));
  EXPECT_THAT(skipped(clone.report),
              ElementsAre("bn/gamma <- -: the source layer has no such weight"));
  EXPECT_EQ(predicted(*clone.model, ramp({2, 3})), predicted(*model, ramp({2, 3})));
}

// --- Hooks that wrap, replace, add and remove ---

TEST(CopyWeights, AWrapperWithTheSameWeightsGetsThem) {
  const auto model = chain({kNone, 5, 3}, {dense(2, "d")});
  set_distinct_weights(*model);
  const Cloned clone = clone_with_weights(
      model, {.clone_function = [](const std::shared_ptr<Operation>& operation) {
        return Tree(construct(*find_class_in_family(Family::kLayer, "TimeDistributed"),
                              {{"name", "each"}, {"layer", serialize_keras_object(*operation)}}));
      }});
  EXPECT_THAT(copied(clone.report), ElementsAre("each/d/kernel", "each/d/bias"));
  EXPECT_EQ(predicted(*clone.model, ramp({1, 5, 3})), predicted(*model, ramp({1, 5, 3})));
}

Tree bidirectional(const std::shared_ptr<Operation>& operation) {
  return Tree(construct(*find_class_in_family(Family::kLayer, "Bidirectional"),
                        {{"name", "both"}, {"layer", serialize_keras_object(*operation)}}));
}

TEST(CopyWeights, ABidirectionalAroundALayerHasTwiceItsWeights) {
  const auto model = chain({kNone, 5, 3}, {make_layer("LSTM", {{"units", 2}, {"name", "lstm"}})});
  set_distinct_weights(*model);
  EXPECT_THAT(
      mismatch_of(model, {.clone_function = bidirectional}),
      HasSubstr(
          "'kernel' of layer 'both/backward_lstm/lstm_cell' (LSTMCell) is missing in the model"));
  // The existing weights go into the forward layer.
  const Cloned clone =
      clone_with_weights(model, {.clone_function = bidirectional}, {WeightMismatch::kSkip});
  ASSERT_EQ(clone.report.copied.size(), 3u);
  EXPECT_THAT(copied(clone.report).front(), HasSubstr("both/forward_lstm"));
  EXPECT_EQ(clone.model->weights()[0]->stored_value(), model->weights()[0]->stored_value());
  EXPECT_TRUE(clone.model->weights()[3]->is_pending());
}

TEST(CopyWeights, ALayerOfAnotherClassWithTheSameShapesGetsTheWeights) {
  const auto model = normalized_chain();
  const Cloned clone = clone_with_weights(
      model, {.clone_function = replacing("d1", [] {
                return entry(make_layer("EinsumDense", {{"equation", "ab,bc->ac"},
                                                        {"output_shape", 4},
                                                        {"bias_axes", "c"},
                                                        {"name", "einsum"}}));
              })});
  EXPECT_EQ(copied(clone.report).front(), "einsum/kernel");
  EXPECT_EQ(predicted(*clone.model, ramp({2, 3})), predicted(*model, ramp({2, 3})));
}

TEST(CopyWeights, AModelThatReplacesALayerGetsItsWeights) {
  const auto model = normalized_chain();
  const Cloned clone = clone_with_weights(
      model,
      {.clone_function = replacing("d1", [] {
         return Tree(std::static_pointer_cast<Object>(stack(
             {entry(dense(4, "inside")), entry(make_layer("Dropout", {{"rate", 0.5}}))}, "both")));
       })});
  EXPECT_EQ(copied(clone.report).front(), "both/inside/kernel");
  EXPECT_EQ(predicted(*clone.model, ramp({2, 3})), predicted(*model, ramp({2, 3})));
}

TEST(CopyWeights, AModelAroundTheLayerItselfSharesItAndTheRestIsNew) {
  const auto model = normalized_chain();
  const LayerPtr original = model->layers()[1];
  const Cloned clone = clone_with_weights(
      model,
      {.clone_function = replacing("d1", [&] {
         return Tree(std::static_pointer_cast<Object>(stack(
             {Tree(input_of({kNone, 3})), entry(original), entry(dense(4, "more"))}, "both")));
       })});
  EXPECT_THAT(names(clone.report.shared), ElementsAre("d1/kernel", "d1/bias"));
  EXPECT_THAT(names(clone.report.fresh), ElementsAre("both/more/kernel", "both/more/bias"));
}

TEST(CopyWeights, LayersThatCallFunctionsAddAreFresh) {
  const auto model = normalized_chain();
  const Cloned clone = clone_with_weights(
      model, {.call_function = [](const Tree& layer, const Tree::Sequence& args,
                                  const Tree::Dict& kwargs) {
        const Tree out = call_cloned(layer, args, kwargs);
        return layer.as_object()->display_name() == "d2" ? dense(2, "head")->apply({out}) : out;
      }});
  EXPECT_THAT(names(clone.report.fresh), ElementsAre("head/kernel", "head/bias"));
  EXPECT_EQ(clone.report.copied.size(), 8u);
}

TEST(CopyWeights, RemovedLayersAreLeftOut) {
  const auto model = normalized_chain();
  class Identity final : public Function {
   public:
    Identity() : Function("identity") {}
    Tree call(const Tree::Sequence& args, const Tree::Dict&) override { return args.front(); }
  };
  const auto by_function =
      replacing("bn", [] { return Tree(std::shared_ptr<Function>(std::make_shared<Identity>())); });
  EXPECT_EQ(skipped(clone_with_weights(model, {.clone_function = by_function}).report).front(),
            "- <- bn/gamma: it has no replacement in the clone");
  const auto by_call = [](const Tree& layer, const Tree::Sequence& args,
                          const Tree::Dict&) -> std::optional<Tree> {
    if (layer.as_object()->display_name() != "bn") return std::nullopt;
    return args.front();
  };
  EXPECT_EQ(skipped(clone_with_weights(model, {.call_function = by_call}).report).front(),
            "- <- bn/gamma: its replacement is not part of the clone");
}

TEST(CopyWeights, LayersReplacedBySomethingWithoutWeightsAreLeftOut) {
  const auto model = chain({kNone, 3}, {dense(3, "d1"), dense(2, "d2")});
  const Cloned clone = clone_with_weights(
      model, {.clone_function = replacing("d1", [] {
                return entry(make_layer("Activation", {{"activation", "linear"}, {"name", "off"}}));
              })});
  EXPECT_EQ(skipped(clone.report).front(),
            "- <- d1/kernel: its replacement 'off' (Activation) has no weights");
  EXPECT_EQ(copied(clone.report), (std::vector<std::string>{"d2/kernel", "d2/bias"}));
}

TEST(CopyWeights, TheSameLayerIsShared) {
  const auto model = normalized_chain();
  const Cloned clone =
      clone_with_weights(model, {.clone_function = [](const std::shared_ptr<Operation>& operation) {
                           return Tree(operation);
                         }});
  EXPECT_EQ(clone.report.shared.size(), 8u);
  EXPECT_TRUE(clone.report.copied.empty());
  EXPECT_EQ(clone.model->weights(), model->weights());
}

TEST(CopyWeights, ALayerThatReplacesSeveralGetsTheWeightsOfTheFirst) {
  const auto model = chain({kNone, 3}, {dense(3, "a"), dense(3, "b")});
  set_distinct_weights(*model);
  const LayerPtr both = dense(3, "both");
  const Cloned clone = clone_with_weights(
      model, {.clone_function = [&](const std::shared_ptr<Operation>&) { return entry(both); }});
  EXPECT_EQ(both->weights()[0]->stored_value(), model->weights()[0]->stored_value());
  EXPECT_EQ(skipped(clone.report).front(),
            "- <- b/kernel: 'both' replaces several layers and has the weights of the first");
}

TEST(CopyWeights, ValuesAssignedByAHookAreKept) {
  const auto model = normalized_chain();
  const Cloned clone = clone_with_weights(model, {.clone_function = replacing("d1", [] {
                                                    const LayerPtr folded = dense(4, "d1");
                                                    folded->build(ShapeTree(Shape{kNone, 3}));
                                                    folded->weights()[1]->assign(ramp({4}));
                                                    return entry(folded);
                                                  })});
  EXPECT_EQ(skipped(clone.report).front(), "d1/bias <- d1/bias: the clone function assigned it");
  EXPECT_EQ(numbers(clone.model->weights()[1]->stored_value()), numbers(ramp({4})));
  EXPECT_EQ(clone.model->weights()[0]->stored_value(), model->weights()[0]->stored_value());
}

TEST(CopyWeights, LayersOfOtherModelsAreNotWrittenTo) {
  const auto model = normalized_chain();
  const auto other = chain({kNone, 3}, {dense(4, "o")}, "other");
  const LayerPtr theirs = other->layers()[1];
  clone_with_weights(model, {.clone_function = replacing("d1", [&] { return entry(theirs); })});
  EXPECT_TRUE(theirs->weights()[0]->is_initial());
  EXPECT_TRUE(theirs->weights()[0]->is_pending());
}

// --- Nested models ---

std::shared_ptr<Functional> nested_model() {
  const LayerPtr shared = dense(3, "shared");
  const auto inner = chain({kNone, 3}, {shared, dense(3, "deep")}, "inner");
  const auto model = chain({kNone, 3}, {shared, inner, dense(2, "head")}, "outer");
  set_distinct_weights(*model);
  return model;
}

TEST(CopyWeights, NestedModelsAreCopiedAsAWhole) {
  const auto model = nested_model();
  const Cloned clone = clone_with_weights(model);
  EXPECT_THAT(
      copied(clone.report),
      ElementsAre("shared/kernel", "shared/bias", "inner/shared/kernel", "inner/shared/bias",
                  "inner/deep/kernel", "inner/deep/bias", "head/kernel", "head/bias"));
  EXPECT_EQ(predicted(*clone.model, ramp({1, 3})), predicted(*model, ramp({1, 3})));
}

TEST(CopyWeights, NestedModelsAreCopiedLayerByLayerWhenRecursive) {
  const auto model = nested_model();
  const Cloned clone = clone_with_weights(
      model, {.clone_function =
                  with_config("deep", [](json::Object& config) { config.set("name", "deeper"); }),
              .recursive = true});
  EXPECT_THAT(copied(clone.report),
              ElementsAre("shared/kernel", "shared/bias", "inner/deeper/kernel",
                          "inner/deeper/bias", "head/kernel", "head/bias"));
  EXPECT_EQ(predicted(*clone.model, ramp({1, 3})), predicted(*model, ramp({1, 3})));
}

TEST(CopyWeights, AMismatchInANestedModelNamesThePath) {
  const auto model = nested_model();
  EXPECT_THAT(
      mismatch_of(model, {.clone_function = with_config(
                              "deep", [](json::Object& config) { config.set("use_bias", false); }),
                          .recursive = true}),
      HasSubstr("weight 'bias' of layer 'inner/deep' (Dense)"));
}

// --- Sequential models ---

TEST(CopyWeights, ASequentialIsCopiedLikeAnyModel) {
  const auto model =
      stack({Tree(input_of({kNone, 3})), entry(dense(4, "d1")), entry(dense(2, "d2"))});
  set_distinct_weights(*model);
  const Cloned clone = clone_with_weights(model);
  EXPECT_EQ(clone.report.copied.size(), 4u);
  EXPECT_EQ(predicted(*clone.model, ramp({1, 3})), predicted(*model, ramp({1, 3})));
}

TEST(CopyWeights, AnUnbuiltSequentialHasNothingToCopy) {
  const auto model = stack({entry(dense(4, "d1")), entry(dense(2, "d2"))});
  const Cloned clone = clone_with_weights(model);
  EXPECT_TRUE(clone.report.copied.empty());
  EXPECT_TRUE(clone.report.skipped.empty());
  EXPECT_THAT(clone.report.unbuilt, ElementsAre("d1", "d2"));
}

TEST(CopyWeights, LayersOfAnUnbuiltCloneAreBuiltLikeTheirSources) {
  // Has no input shape of its own: another model built its layers.
  const LayerPtr d1 = dense(4, "d1");
  const LayerPtr d2 = dense(2, "d2");
  const auto other = chain({kNone, 3}, {d1, d2});
  set_distinct_weights(*other);
  const auto model = stack({entry(d1), entry(d2)});
  const Cloned clone = clone_with_weights(model);
  EXPECT_FALSE(clone.model->built());
  EXPECT_THAT(copied(clone.report), ElementsAre("d1/kernel", "d1/bias", "d2/kernel", "d2/bias"));
  EXPECT_TRUE(clone.report.unbuilt.empty());
  EXPECT_EQ(predicted(*clone.model, ramp({1, 3})), predicted(*other, ramp({1, 3})));
}

// --- Random number generators, statistics, LoRA ---

Tensor state_of(const Layer& layer) { return layer.own_random_states().front()->stored_value(); }

TEST(CopyWeights, RandomGeneratorStatesAreCopied) {
  const auto model = chain({kNone, 3}, {make_layer("Dropout", {{"rate", 0.5}, {"name", "drop"}})});
  const LayerPtr source = model->layers()[1];
  source->apply({Tree(ramp({2, 3}))}, Tree::Dict{{{"training", true}}});
  const Cloned clone = clone_with_weights(model);
  const LayerPtr target = clone.model->layers()[1];
  EXPECT_EQ(copied(clone.report).front(), "drop/seed_generator_state");
  const Tree::Dict training{{{"training", true}}};
  const auto a = numbers(source->apply({Tree(ramp({2, 3}))}, training).as_tensor());
  const auto b = numbers(target->apply({Tree(ramp({2, 3}))}, training).as_tensor());
  EXPECT_EQ(a, b);
  EXPECT_EQ(state_of(*target).item(1), 2);
}

TEST(CopyWeights, ASeedSetByAHookIsKept) {
  const auto model = chain({kNone, 3}, {make_layer("Dropout", {{"rate", 0.5}, {"name", "drop"}})});
  const Cloned clone = clone_with_weights(
      model, {.clone_function =
                  with_config("drop", [](json::Object& config) { config.set("seed", 1337); })});
  EXPECT_EQ(state_of(*clone.model->layers()[1]).item(0), 1337);
  EXPECT_EQ(skipped(clone.report).front(),
            "drop/seed_generator_state <- drop/seed_generator_state: the layer has another seed");
}

TEST(CopyWeights, LoraAndInt8WeightsAreCopied) {
  const auto model = chain(
      {kNone, 3},
      {make_layer("Dense", {{"units", 4}, {"lora_rank", 2}, {"name", "lora"}}),
       make_layer("Dense", {{"units", 2}, {"dtype", "int8_from_float32"}, {"name", "int8"}})});
  set_distinct_weights(*model);
  const Cloned clone = clone_with_weights(model);
  EXPECT_EQ(clone.report.copied.size(), model->weights().size());
  EXPECT_EQ(predicted(*clone.model, ramp({2, 3})), predicted(*model, ramp({2, 3})));
}

}  // namespace
}  // namespace keras
