// Lambda: supported functions, errors, and plans.
#include <gtest/gtest.h>

#include "base/error.h"
#include "layers/core/input_layer.h"
#include "layers/core/lambda_bodies.h"
#include "models/cloning/cloning.h"
#include "models/functional/functional.h"
#include "ops/ops.h"
#include "serialization/custom_objects.h"
#include "serialization/deserialize.h"
#include "serialization/registry.h"
#include "serialization/safe_mode.h"
#include "serialization/serialize.h"
#include "testing/error_of.h"
#include "testing/golden_model.h"

namespace keras {
namespace {

using testing::error_of;
using testing::GoldenCase;
using testing::GoldenModel;

class JsFunction final : public Function {
 public:
  using Body = std::function<Tree(const Tree::Sequence&, const Tree::Dict&)>;
  JsFunction(std::string name, Body body) : Function(std::move(name)), body_(std::move(body)) {}
  Tree call(const Tree::Sequence& args, const Tree::Dict& kwargs) override {
    return body_(args, kwargs);
  }

 private:
  Body body_;
};

class JsFunctionObject final : public CustomObject {
 public:
  explicit JsFunctionObject(std::shared_ptr<Function> function) : function_(std::move(function)) {}
  std::shared_ptr<Function> function() override { return function_; }
  std::shared_ptr<Object> from_config(const json::Object&) override { return nullptr; }

 private:
  std::shared_ptr<Function> function_;
};

CustomObjects one_function(const std::string& name, JsFunction::Body body) {
  return {{name, std::make_shared<JsFunctionObject>(
                     std::make_shared<JsFunction>(name, std::move(body)))}};
}

Tree times(const Tree& x, double factor) { return ops::multiply(x, factor); }

LayerPtr lambda(const json::Object& options) {
  return std::static_pointer_cast<Layer>(
      construct(*find_class_in_family(Family::kLayer, "Lambda"), options));
}

json::Value python_lambda() {
  return json::Object{
      {"class_name", "__lambda__"},
      {"config", json::Object{{"code", "4wEAAAA="}, {"defaults", nullptr}, {"closure", nullptr}}}};
}

TEST(Lambda, RefusesAPythonLambdaInSafeMode) {
  const json::Object options{{"function", python_lambda()}, {"name", "l"}};
  const std::string error = error_of([&] { lambda(options); });
  EXPECT_TRUE(error.starts_with(
      "Requested the deserialization of a `Lambda` layer whose `function` is a Python lambda."))
      << error;
  const SafeModeScope unsafe(false);
  EXPECT_EQ(error_of([&] { lambda(options); }), "no error");
}

TEST(Lambda, KeepsAPythonLambdaThatItCannotRun) {
  const SafeModeScope unsafe(false);
  const Tensor x = make_input({.batch_shape = {kNone, 3}, .name = "x"});
  const auto layer = lambda({{"function", python_lambda()}, {"name", "l"}});
  const auto model = make_functional(Tree(x), layer->apply({x}), "m");
  const json::Value config = serialize_keras_object(*model);
  EXPECT_EQ(serialize_keras_object(*clone_model(model)), config);
  const Tensor data = Tensor::zeros({2, 3}, DType::kFloat32);
  const std::string expected =
      "Lambda layer 'l' holds a Python lambda: byte code of one Python version that cannot run "
      "here. Supply a function by the layer's name: `lambdas: { l: (x) => ... }`.";
  EXPECT_EQ(error_of([&] { model->apply({data}); }), expected);
  EXPECT_EQ(error_of([&] { model->predict_on_batch(data); }), expected);
}

LambdaBodies body(const std::string& name, JsFunction::Body body) {
  return {{name, std::make_shared<JsFunction>(name, std::move(body))}};
}

Tree doubled(const Tree::Sequence& args, const Tree::Dict&) { return times(args[0], 2); }

double value_for_three(const ModelPtr& model) {
  return model->predict_on_batch(Tensor::full({1, 1}, DType::kFloat32, 3)).as_tensor().item();
}

TEST(Lambda, RunsTheFunctionThatAScopeSuppliesForItsName) {
  const LambdaBodyScope scope(body("l", doubled));
  const json::Object options{{"function", python_lambda()}, {"name", "l"}};
  const auto layer = lambda(options);
  EXPECT_EQ(layer->get_config().at("function"), python_lambda());
  EXPECT_EQ(layer->apply_one(Tensor::full({1, 1}, DType::kFloat32, 3)).item(), 6);
}

TEST(Lambda, PassesItsFunctionOnToClonesOfItselfAndOfItsModel) {
  std::optional<LambdaBodyScope> scope(body("l", doubled));
  const auto layer = lambda({{"function", python_lambda()}, {"name", "l"}});
  scope.reset();
  const Tensor x = make_input({.batch_shape = {kNone, 1}, .name = "x"});
  const auto inner = make_functional(Tree(x), layer->apply({x}), "inner");
  const Tensor y = make_input({.batch_shape = {kNone, 1}, .name = "y"});
  const auto outer = make_functional(Tree(y), inner->apply({y}), "outer");
  EXPECT_EQ(value_for_three(clone_model(outer)), 6);
  EXPECT_EQ(value_for_three(clone_model(outer, {.recursive = true})), 6);
  const CloneFunction renamed = [](const std::shared_ptr<Operation>& operation) {
    json::Object config = operation->get_config();
    config.set("name", operation->name() + "_2");
    return Tree(operation->new_from_config(config));
  };
  EXPECT_EQ(value_for_three(clone_model(inner, {.clone_function = renamed})), 6);
  EXPECT_TRUE(error_of([&] {
                from_config(layer->class_info(), layer->get_config());
              }).starts_with(kPythonLambdaRefused));
}

TEST(Lambda, DoesNotGuessTheFunctionOfARenamedClone) {
  const auto tripled = [](const Tree::Sequence& args, const Tree::Dict&) {
    return times(args[0], 3);
  };
  LambdaBodies bodies = body("a", doubled);
  bodies.merge(body("b", tripled));
  std::optional<LambdaBodyScope> scope(std::move(bodies));
  const auto a = lambda({{"function", python_lambda()}, {"name", "a"}});
  const auto b = lambda({{"function", python_lambda()}, {"name", "b"}});
  scope.reset();
  const Tensor x = make_input({.batch_shape = {kNone, 1}, .name = "x"});
  const auto model = make_functional(Tree(x), b->apply({a->apply({x}).as_tensor()}), "m");
  EXPECT_EQ(value_for_three(clone_model(model)), 18);
  const CloneFunction renamed = [](const std::shared_ptr<Operation>& operation) {
    json::Object config = operation->get_config();
    config.set("name", operation->name() + "_2");
    return Tree(operation->new_from_config(config));
  };
  EXPECT_TRUE(error_of([&] {
                clone_model(model, {.clone_function = renamed});
              }).starts_with(kPythonLambdaRefused));
}

TEST(Lambda, StatesTheShapeOfItsOutputWithoutTheBatch) {
  const SafeModeScope unsafe(false);
  const Tensor x = make_input({.batch_shape = {kNone, 4}, .name = "x"});
  const auto layer =
      lambda({{"function", python_lambda()}, {"output_shape", json::Array{2, 5}}, {"name", "l"}});
  EXPECT_EQ(layer->apply_one(x).shape(), (Shape{kNone, 2, 5}));
}

TEST(Lambda, RefusesAnUnknownFunction) {
  const std::string error =
      error_of([] { lambda({{"function", function_record("square")}, {"name", "l"}}); });
  EXPECT_TRUE(error.starts_with("Could not locate function 'square'.")) << error;
}

// Predictions of a model of one Lambda, whose calls of `function` with data and without are
// counted.
struct Calls {
  int with_data = 0, traced = 0;
};
std::vector<Calls> calls_in_predictions(const std::function<void(const Tensor&)>& look) {
  Calls calls;
  const CustomObjectScope scope(
      one_function("tests>scale", [&](const Tree::Sequence& args, const Tree::Dict& kwargs) {
        const Tensor& x = args[0].as_tensor();
        if (x.has_data()) ++calls.with_data;
        if (x.is_slot()) ++calls.traced;
        look(x);
        return times(args[0], kwargs.find("factor")->as_number());
      }));
  const Tensor x = make_input({.batch_shape = {kNone, 3}, .name = "x"});
  const auto layer = lambda({{"function", function_record("tests>scale")},
                             {"arguments", json::Object{{"factor", 3}}},
                             {"output_shape", json::Array{3}},
                             {"name", "l"}});
  const auto model = make_functional(Tree(x), layer->apply({x}));
  EXPECT_EQ(calls.with_data, 0);
  const Tensor data = Tensor::full({2, 3}, DType::kFloat32, 2);
  std::vector<Calls> after;
  for (int run = 1; run <= 3; ++run) {
    EXPECT_EQ(model->predict_on_batch(data).as_tensor().item(5), 6);
    after.push_back(calls);
  }
  return after;
}

TEST(Lambda, PlansTraceACustomFunctionOnce) {
  for (const Calls& calls : calls_in_predictions([](const Tensor&) {})) {
    EXPECT_EQ(calls.with_data, 0);
    EXPECT_EQ(calls.traced, 1);
  }
}

TEST(Lambda, CallsACustomFunctionThatReadsDataInEveryPrediction) {
  const std::vector<Calls> after = calls_in_predictions([](const Tensor& x) { x.item(); });
  for (size_t run = 0; run < after.size(); ++run) {
    EXPECT_EQ(after[run].with_data, static_cast<int>(run) + 1);
    EXPECT_EQ(after[run].traced, 1);
  }
}

TEST(Lambda, RunsBuiltInFunctions) {
  const auto layer = lambda({{"function", function_record("relu")}, {"name", "l"}});
  EXPECT_EQ(layer->apply_one(Tensor::full({1, 1}, DType::kFloat32, -3)).item(), 0);
}

// Golden models whose function must be supplied, by its name or, for Python lambdas, by the name of
// the layer.
class LambdaGolden : public GoldenModel {
 protected:
  void SetUp() override {
    GoldenModel::SetUp();
    CustomObjects objects;
    for (const auto& [name, key] : {std::pair{"lab>scaled", "k"}, {"fixtures>scaled", "factor"}}) {
      objects.merge(one_function(name, [key](const Tree::Sequence& args, const Tree::Dict& kwargs) {
        const Tree* factor = kwargs.find(key);
        return times(args[0], factor == nullptr ? 1 : factor->as_number());
      }));
    }
    const bool doubles = GetParam().id == "Lambda/000";
    LambdaBodies bodies =
        body("lambda", [doubles](const Tree::Sequence& args, const Tree::Dict& kwargs) -> Tree {
          if (doubles) return ops::add(times(args[0], 2), 1);
          const Tree first_two = Tree::tuple({Tree::Slice{}, Tree::Slice{{}, 2, {}}});
          return times(ops::get_item(args[0].as_tensor(), first_two),
                       kwargs.find("a")->as_number());
        });
    if (!GetParam().id.starts_with("Lambda/00") || GetParam().id == "Lambda/002") bodies.clear();
    scope_.emplace(std::move(objects));
    bodies_.emplace(std::move(bodies));
  }

 private:
  std::optional<CustomObjectScope> scope_;
  std::optional<LambdaBodyScope> bodies_;
};

TEST_P(LambdaGolden, IsWhatKerasWroteAndComputesWhatKerasComputed) {
  const ModelPtr model = revive();
  EXPECT_EQ(serialize_keras_object(*model), *find("to_json"));
  EXPECT_EQ(serialize_keras_object(*clone_model(model)), *find("to_json"));
  for (const json::Value& call : calls(false)) {
    const Tree inputs = GetParam().load()->inputs(call);
    expect_outputs(model->apply({inputs}), call);
    expect_outputs(model->predict_on_batch(inputs), call);
  }
}

std::vector<GoldenCase> lambda_cases() {
  std::vector<GoldenCase> cases = testing::golden_cases({"Lambda"});
  for (GoldenCase& extra : testing::golden_cases({"lambda"}, "golden_extra")) {
    cases.push_back(std::move(extra));
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Lambda, LambdaGolden, ::testing::ValuesIn(lambda_cases()),
                         [](const auto& info) {
                           return (info.index < 3 ? "bulk_" : "extra_") +
                                  std::to_string(info.index);
                         });

}  // namespace
}  // namespace keras
