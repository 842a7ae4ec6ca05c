// What a config names that nothing stands for: where it is looked for, and what it is taken for.
#include "models/unknown_objects.h"

#include <gtest/gtest.h>

#include "json/parse.h"
#include "layers/core/lambda_bodies.h"
#include "serialization/custom_objects.h"

namespace keras {
namespace {

using Kind = UnknownObject::Kind;
using Role = UnknownObject::Role;

std::vector<UnknownObject> unknown_in(const json::Value& config, bool safe_mode = true) {
  return find_unknown_objects(config, safe_mode);
}

json::Value parse(const char* text) { return json::parse(text); }

const char* const kDense =
    R"({"module": "keras.layers", "class_name": "Dense", "registered_name": null, "config": {
      "name": "d", "units": 2,
      "activation": {"module": "builtins", "class_name": "function", "config": "my>act",
                     "registered_name": "function"},
      "kernel_initializer": {"module": "my", "class_name": "Init", "config": {},
                             "registered_name": "my>Init"},
      "bias_initializer": "ramp",
      "kernel_regularizer": {"class_name": "L2", "config": {"l2": 0.1}},
      "bias_constraint": {"module": null, "class_name": "Clip", "config": {},
                          "registered_name": "my>Clip"}}})";

TEST(FindUnknownObjects, TellsTheFieldsOfABuiltInLayerByWhatTheyAre) {
  const json::Value config = parse(kDense);
  const auto found = unknown_in(config);
  ASSERT_EQ(found.size(), 4u);
  EXPECT_EQ(found[0].kind, Kind::kFunction);
  EXPECT_EQ(found[0].role, Role::kActivation);
  EXPECT_EQ(found[0].registered_name, "my>act");
  EXPECT_EQ(found[0].path, "config.activation");
  EXPECT_EQ(found[1].role, Role::kInitializer);
  EXPECT_EQ(found[1].registered_name, "my>Init");
  EXPECT_EQ(found[1].class_name, "Init");
  EXPECT_EQ(found[1].module, "my");
  EXPECT_EQ(found[2].path, "config.bias_initializer");
  EXPECT_EQ(found[2].message, "Could not interpret initializer identifier: ramp");
  EXPECT_EQ(found[3].role, Role::kConstraint);
}

TEST(FindUnknownObjects, KnowsWhatTheScopesSay) {
  class Anything final : public CustomObject {
   public:
    std::shared_ptr<Function> function() override { return nullptr; }
    std::shared_ptr<Object> from_config(const json::Object&) override { return nullptr; }
  };
  const auto anything = std::make_shared<Anything>();
  const CustomObjectScope scope({{"my>Init", anything}, {"Clip", anything}, {"ramp", anything}});
  const json::Value config = parse(kDense);
  const auto found = unknown_in(config);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].registered_name, "my>act");
}

TEST(FindUnknownObjects, FindsNothingInWhatIsBuiltIn) {
  const json::Value config = parse(
      R"({"module": "keras.layers", "class_name": "Bidirectional", "registered_name": null,
          "config": {"layer": {"module": "keras.layers", "class_name": "LSTM",
            "registered_name": null, "config": {"units": 3, "activation": "tanh",
            "dtype": {"module": "keras", "class_name": "DTypePolicy",
                      "config": {"name": "float32"}, "registered_name": null},
            "kernel_initializer": {"module": "keras.initializers", "class_name": "GlorotUniform",
                                   "config": {"seed": null}, "registered_name": null}}}}})");
  EXPECT_TRUE(unknown_in(config).empty());
}

TEST(FindUnknownObjects, LooksIntoWhatIsUnknown) {
  const json::Value config = parse(
      R"({"module": "my", "class_name": "Outer", "registered_name": "my>Outer", "config": {
          "cell": {"module": "my", "class_name": "Cell", "registered_name": "my>Cell",
                   "config": {}},
          "blocks": [{"module": "my", "class_name": "Block", "registered_name": null,
                      "config": {}}]}})");
  const auto found = unknown_in(config);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[1].role, Role::kCell);
  EXPECT_EQ(found[1].path, "config.cell");
  EXPECT_EQ(found[2].registered_name, "Block");
  EXPECT_EQ(found[2].path, "config.blocks[0]");
}

TEST(FindUnknownObjects, LeavesOutHowAModelWasCompiled) {
  const json::Value config = parse(
      R"({"module": "keras", "class_name": "Sequential", "registered_name": null,
          "config": {"name": "s", "layers": []},
          "compile_config": {"loss": {"module": "my", "class_name": "Loss", "config": {},
                                      "registered_name": "my>Loss"}}})");
  EXPECT_TRUE(unknown_in(config).empty());
}

TEST(FindUnknownObjects, ReadsEntriesOfOldModelsByTheirClassAlone) {
  const json::Value config = parse(
      R"({"name": "old", "layers": [
          {"class_name": "Dense", "config": {"units": 1}},
          {"class_name": "TFOpLambda", "config": {}},
          {"class_name": "TimeDistributed", "config": {
            "layer": {"class_name": "Dense", "config": {"units": 1}}}}]})");
  const auto found = unknown_in(config);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].path, "layers[1]");
  EXPECT_EQ(found[0].message, "Unknown layer: 'TFOpLambda'");
  // Keras wants a module there.
  EXPECT_EQ(found[1].path, "layers[2].config.layer");
}

TEST(FindUnknownObjects, CountsPythonLambdasThatAreRefusedAndHaveNoBody) {
  const json::Value config = parse(
      R"({"name": "s", "layers": [
          {"module": "keras.layers", "class_name": "Lambda", "registered_name": null,
           "config": {"name": "a", "function": {"class_name": "__lambda__", "config": {}}}},
          {"module": "keras.layers", "class_name": "Lambda", "registered_name": null,
           "config": {"name": "b", "function": {"class_name": "__lambda__", "config": {}}}}]})");
  EXPECT_EQ(unknown_in(config).size(), 2u);
  EXPECT_TRUE(unknown_in(config, false).empty());
  class Body final : public Function {
   public:
    Body() : Function("b") {}
    Tree call(const Tree::Sequence& args, const Tree::Dict&) override { return args[0]; }
  };
  const LambdaBodyScope scope(LambdaBodies{{"b", std::make_shared<Body>()}});
  const auto found = unknown_in(config);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].kind, Kind::kLambda);
  EXPECT_EQ(found[0].registered_name, "a");
}

TEST(FindUnknownObjects, TakesPlainDataForWhatItIs) {
  const json::Value config = parse(
      R"({"name": "s", "layers": [], "note": {"class_name": "Poem"}, "more": {"config": {}},
          "value": {"class_name": "__numpy__", "config": {"value": [1], "dtype": "int64"}}})");
  EXPECT_TRUE(unknown_in(config).empty());
}

TEST(FindUnknownObjects, ListsTenThousandAtMostUnderAnyKeys) {
  const std::string key(1'000'000, 'k');
  std::string text =
      R"({"class_name": "X", "module": "my", "registered_name": "my>X", "config": {")" + key +
      "\": [";
  for (int i = 0; i < 20'000; ++i) text += i == 0 ? "[1]" : ", [1]";
  const json::Value config = json::parse(text + "]}}");
  ASSERT_EQ(unknown_in(config).size(), 1u);

  std::string many = "[";
  for (int i = 0; i < 12'000; ++i) {
    many +=
        std::string(i == 0 ? "" : ", ") + R"({"class_name": "X", "module": "my", "config": {}})";
  }
  EXPECT_EQ(unknown_in(json::parse(many + "]")).size(), 10'000u);
}

}  // namespace
}  // namespace keras
