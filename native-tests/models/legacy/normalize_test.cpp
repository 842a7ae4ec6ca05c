// Configs of older Keras, converted to the current form.
#include "models/legacy/normalize.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/warning.h"
#include "json/parse.h"
#include "models/legacy/training_config.h"
#include "models/legacy/version.h"
#include "testing/error_of.h"

namespace keras {
namespace {

using testing::error_of;

json::Value normalized(const char* text, std::string_view version = "2.15.0") {
  return normalized_config(json::parse(text), version);
}

const json::Value& at(const json::Value& value, std::initializer_list<const char*> keys) {
  const json::Value* found = &value;
  for (const char* key : keys) found = &found->as_object().at(key);
  return *found;
}

constexpr const char* kGraph = R"({"class_name": "Functional", "config": {
  "name": "model", "layers": [
    {"class_name": "InputLayer", "name": "x", "inbound_nodes": [],
     "config": {"name": "x", "batch_input_shape": [null, 3], "dtype": "float32"}},
    {"class_name": "Functional", "name": "inner", "inbound_nodes": [[["x", 0, 0, {}]]],
     "config": {"name": "inner", "layers": [], "input_layers": [], "output_layers": []}},
    {"class_name": "Dense", "name": "d", "config": {"name": "d", "units": 1},
     "inbound_nodes": [[["inner", 1, 0, {"mask": ["x", 0, 0]}]]]}],
  "input_layers": [["x", 0, 0]], "output_layers": [["inner", 1, 0], ["d", 0, 0]]}})";

TEST(DialectOf, FollowsFromTheVersionNumber) {
  using legacy::Dialect;
  EXPECT_EQ(legacy::dialect_of("2.2.4-tf"), Dialect::kKeras2);
  EXPECT_EQ(legacy::dialect_of("1"), Dialect::kKeras2);
  EXPECT_EQ(legacy::dialect_of("3.0.5"), Dialect::kListedOutputs);
  EXPECT_EQ(legacy::dialect_of("3.10.0"), Dialect::kListedOutputs);
  EXPECT_EQ(legacy::dialect_of("3.11.0"), Dialect::kCurrent);
  EXPECT_EQ(legacy::dialect_of("4.0.0"), Dialect::kCurrent);
  EXPECT_EQ(legacy::dialect_of(""), Dialect::kCurrent);
}

TEST(NormalizedConfig, LeavesCurrentConfigsUnchanged) {
  const json::Value config = json::parse(kGraph);
  EXPECT_EQ(normalized_config(config, "3.15.1"), config);
}

TEST(NormalizedConfig, UnwrapsSingleEndsOfKeras30To310) {
  const json::Value config = normalized(kGraph, "3.6.0");
  EXPECT_EQ(at(config, {"config", "input_layers"}), json::parse(R"(["x", 0, 0])"));
  EXPECT_EQ(at(config, {"config", "output_layers"}).as_array().size(), 2u);
}

TEST(NormalizedConfig, CountsTheCallsOfNestedModelsFromZeroAndTheirOutputsFromOne) {
  const json::Value config = normalized(kGraph);
  const json::Value& call = at(config, {"config", "layers"}).as_array()[2];
  const json::Value& node = at(call, {"inbound_nodes"}).as_array()[0];
  EXPECT_EQ(at(at(node, {"args"}).as_array()[0], {"config", "keras_history"}),
            json::parse(R"(["inner", 0, 0])"));
  EXPECT_EQ(at(node, {"kwargs", "mask", "config", "keras_history"}), json::parse(R"(["x", 0, 0])"));
  EXPECT_EQ(at(config, {"config", "output_layers"}),
            json::parse(R"([["inner", 1, 0], ["d", 0, 0]])"));
}

TEST(NormalizedConfig, GivesSequentialModelsTheInputOfTheirFirstLayer) {
  const json::Value config = normalized(
      R"({"class_name": "Sequential", "config": [{"class_name": "Dense", "config":
          {"name": "d", "units": 2, "batch_input_shape": [8, 4], "dtype": "float32"}}]})",
      "2.1.6");
  const json::Array& layers = at(config, {"config", "layers"}).as_array();
  ASSERT_EQ(layers.size(), 2u);
  EXPECT_EQ(at(layers[0], {"class_name"}), "InputLayer");
  EXPECT_EQ(at(layers[0], {"config", "batch_shape"}), json::parse("[8, 4]"));
  EXPECT_EQ(layers[1].as_object().at("config").find("batch_input_shape"), nullptr);
}

TEST(NormalizedConfig, DropsUnusedArgumentsAndRefusesUsedOnes) {
  constexpr const char* kLstm = R"({"class_name": "LSTM", "config": {"name": "l", "units": 2,
                                    "time_major": false}})";
  EXPECT_EQ(normalized(kLstm).find("config")->find("time_major"), nullptr);
  std::string used = kLstm;
  used.replace(used.find("false"), 5, "true");
  EXPECT_EQ(error_of([&] { normalized(used.c_str()); }),
            "`time_major=True` of LSTM 'l' has no counterpart in Keras 3, so the "
            "model would compute something else.");
}

TEST(NormalizedConfig, GivesGruOfKeras1TheResetItHad) {
  const json::Value config =
      normalized(R"({"class_name": "GRU", "config": {"name": "g", "units": 2}})", "2.0.8");
  EXPECT_EQ(at(config, {"config", "reset_after"}), false);
}

TEST(NormalizedConfig, LeavesCustomClassesUnchanged) {
  const json::Value config = json::parse(
      R"({"module": "my", "class_name": "Own", "config": {"alpha": 1}, "registered_name": "my>Own",
          "build_config": {"input_shape": [null, 3]}})");
  EXPECT_EQ(normalized_config(config, "2.15.0"), config);
}

TEST(NormalizedConfig, WarnsOnceAboutAllChanges) {
  std::vector<std::string> warnings;
  const auto previous =
      set_warning_handler([&](const std::string& message) { warnings.push_back(message); });
  normalized(R"({"class_name": "Sequential", "config": {"name": "s", "layers": [
    {"class_name": "LeakyReLU", "config": {"name": "a", "alpha": 0.1}},
    {"class_name": "LeakyReLU", "config": {"name": "b", "alpha": 0.1}},
    {"class_name": "Embedding", "config": {"name": "e", "input_length": 3}}]}})");
  set_warning_handler(previous);
  EXPECT_EQ(warnings, std::vector<std::string>{
                          "Read a config of Keras 2.15.0: `alpha` became `negative_slope` in "
                          "LeakyReLU 'a' and 1 other; `input_length` was dropped from Embedding "
                          "'e'."});
}

TEST(CompileConfigOfTraining, GivesOptimizersTheirModuleAndTodaysArguments) {
  const json::Value config = compile_config_of_training(json::parse(
      R"({"loss": "mse", "metrics": ["acc"], "loss_weights": null, "optimizer_config":
          {"class_name": "Custom>Adam", "config": {"lr": 0.1, "decay": 0.0, "epsilon": null}}})"));
  EXPECT_EQ(at(config, {"optimizer"}),
            json::parse(R"({"module": "keras.optimizers", "class_name": "Adam",
                            "config": {"learning_rate": 0.1}, "registered_name": null})"));
  EXPECT_EQ(at(config, {"loss", "config"}), "mean_squared_error");
  EXPECT_EQ(at(config, {"metrics"}), json::parse(R"(["acc"])"));
}

TEST(CompileConfigOfTraining, IsNullWhenTheOptimizerIsUnknown) {
  EXPECT_TRUE(compile_config_of_training(
                  json::parse(R"({"loss": "mse", "optimizer_config": {"class_name": "Own"}})"))
                  .is_null());
  EXPECT_TRUE(compile_config_of_training(json::parse("[1, 2]")).is_null());
}

TEST(TrainingConfigOf, IsReadBackAsTheSameCompileConfig) {
  const json::Value config = compile_config_of_training(json::parse(
      R"({"loss": "kld", "metrics": ["mae"], "loss_weights": [1.0], "optimizer_config":
          {"class_name": "SGD", "config": {"learning_rate": 1.0}}})"));
  EXPECT_EQ(compile_config_of_training(training_config_of(config)), config);
}

}  // namespace
}  // namespace keras
