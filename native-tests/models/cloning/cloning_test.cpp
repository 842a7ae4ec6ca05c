// clone_model against Keras on the same models (tools/fixtures/make_cloning.py).
#include "models/cloning/cloning.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "json/write.h"
#include "layers/core/input_layer.h"
#include "models/builtins.h"
#include "models/functional/functional.h"
#include "serialization/custom_objects.h"
#include "serialization/deserialize.h"
#include "serialization/registry.h"
#include "serialization/serialize.h"
#include "testing/fixtures.h"

namespace keras {
namespace {

ModelPtr revive(const json::Value& record) {
  return std::dynamic_pointer_cast<Model>(deserialize_object(record));
}

std::string class_name(const Tree& callable) {
  return callable.is_object() ? std::string(callable.as_object()->class_info().class_name) : "";
}

Tree with_seed(const std::shared_ptr<Operation>& operation) {
  json::Object config = operation->get_config();
  if (config.contains("seed")) config.set("seed", 1337);
  return operation->new_from_config(config);
}

Tree renamed(const std::shared_ptr<Operation>& operation) {
  json::Object config = operation->get_config();
  config.set("name", config.at("name").as_string() + "_custom");
  return operation->new_from_config(config);
}

Tree lstm_to_bidirectional(const std::shared_ptr<Operation>& operation) {
  if (operation->class_info().class_name != "LSTM") return clone_from_config(operation);
  return construct(
      *find_class_in_family(Family::kLayer, "Bidirectional"),
      {{"layer", serialize_keras_object(*operation)}, {"name", "both_" + operation->name()}});
}

Tree dropout_after_dense(const Tree& layer, const Tree::Sequence& args, const Tree::Dict& kwargs) {
  const Tree out = call_cloned(layer, args, kwargs);
  if (class_name(layer) != "Dense") return out;
  const auto dropout = construct(*find_class_in_family(Family::kLayer, "Dropout"), {{"rate", 0.5}});
  return std::dynamic_pointer_cast<Operation>(dropout)->apply({out});
}

Tree new_inputs(const Functional& model, const json::Array& inputs) {
  std::vector<Tree> tensors;
  for (const json::Value& input : inputs) {
    const json::Object& options = input.as_object();
    tensors.push_back(
        make_input({.batch_shape = FieldTraits<Shape>::read(options.at("batch_shape")),
                    .dtype = parse_dtype(options.at("dtype").as_string()),
                    .name = options.at("name").as_string()}));
  }
  return pack_as(model.input(), tensors);
}

// The hooks of the fixture, by name.
CloneOptions options_of(std::string hook, const ModelPtr& model, const json::Value& row) {
  CloneOptions options;
  if (hook.ends_with("_recursive") || hook == "recursive") {
    options.recursive = true;
    hook = hook == "recursive" ? "default" : hook.substr(0, hook.size() - 10);
  }
  if (hook == "seed_1337") options.clone_function = with_seed;
  if (hook == "renamed") options.clone_function = renamed;
  if (hook == "lstm_to_bidirectional") options.clone_function = lstm_to_bidirectional;
  if (hook == "dropout_after_dense") {
    options.clone_function = [](const std::shared_ptr<Operation>& operation) {
      return Tree(operation);
    };
  }
  if (hook.starts_with("dropout_after_dense")) options.call_function = dropout_after_dense;
  if (hook == "input_tensors") {
    const auto functional = std::dynamic_pointer_cast<Functional>(model);
    const json::Array& inputs = row.find("inputs")->as_array();
    if (functional) {
      options.input_tensors = new_inputs(*functional, inputs);
    } else {
      const json::Object& input = inputs.front().as_object();
      options.input_tensors =
          Tree(make_input({.batch_shape = FieldTraits<Shape>::read(input.at("batch_shape")),
                           .dtype = parse_dtype(input.at("dtype").as_string()),
                           .name = input.at("name").as_string()}));
    }
  }
  return options;
}

json::Value recorded(const ModelPtr& model, bool recursive) {
  json::Array saw;
  json::Array calls;
  CloneOptions options;
  options.recursive = recursive;
  options.clone_function = [&](const std::shared_ptr<Operation>& operation) {
    saw.emplace_back(operation->name());
    return clone_from_config(operation);
  };
  if (std::dynamic_pointer_cast<Functional>(model)) {
    options.call_function = [&](const Tree& layer, const Tree::Sequence& args,
                                const Tree::Dict& kwargs) {
      json::Array keywords;
      for (const auto& [key, value] : kwargs.members) keywords.emplace_back(key);
      calls.push_back(json::Array{std::string(layer.as_object()->display_name()),
                                  static_cast<int64_t>(args.size()), std::move(keywords)});
      return call_cloned(layer, args, kwargs);
    };
  }
  clone_model(model, options);
  return json::Object{{"clone_function_saw", std::move(saw)},
                      {"call_function_saw", std::move(calls)}};
}

// `fixtures>scaled` of the fixtures: x * factor. Cloning never calls it.
class Scaled final : public CustomObject {
 public:
  std::shared_ptr<keras::Function> function() override { return function_; }
  std::shared_ptr<Object> from_config(const json::Object&) override { return nullptr; }

 private:
  class Function final : public keras::Function {
   public:
    Function() : keras::Function("fixtures>scaled") {}
    Tree call(const Tree::Sequence& args, const Tree::Dict&) override { return args.front(); }
  };
  std::shared_ptr<Function> function_ = std::make_shared<Function>();
};

class RegisteredFunctions : public ::testing::Environment {
 public:
  void SetUp() override { register_custom_object("fixtures>scaled", std::make_shared<Scaled>()); }
};
const auto* const kRegistered = ::testing::AddGlobalTestEnvironment(new RegisteredFunctions);

struct Row {
  std::string model;
  std::string hook;
  size_t model_index;
  size_t clone_index;
};

const json::Array& models() {
  static const json::Value fixture = testing::read_json("cloning.json");
  return fixture.find("models")->as_array();
}

std::vector<Row> rows() {
  std::vector<Row> out;
  for (size_t m = 0; m < models().size(); ++m) {
    const json::Object& model = models()[m].as_object();
    const json::Array& clones = model.at("clones").as_array();
    for (size_t c = 0; c < clones.size(); ++c) {
      const std::string hook = clones[c].as_object().at("hook").as_string();
      // Starts from the model as Python built it, which a config cannot express.
      if (hook == "default_of_the_original") continue;
      out.push_back({model.at("name").as_string(), hook, m, c});
    }
  }
  return out;
}

class CloneModel : public ::testing::TestWithParam<Row> {};

TEST_P(CloneModel, GivesTheConfigThatKerasGives) {
  const json::Object& fixture = models()[GetParam().model_index].as_object();
  const json::Value& row = fixture.at("clones").as_array()[GetParam().clone_index];
  clear_session();
  const ModelPtr model = revive(fixture.at("model"));
  ASSERT_TRUE(model);
  if (GetParam().hook.starts_with("record")) {
    if (row.find("error") != nullptr) {
      EXPECT_THROW(recorded(model, GetParam().hook == "record_recursive"), Error);
      return;
    }
    const json::Value actual = recorded(model, GetParam().hook == "record_recursive");
    EXPECT_EQ(
        testing::difference(*actual.find("clone_function_saw"), *row.find("clone_function_saw")),
        "");
    if (const json::Value* calls = row.find("call_function_saw");
        calls != nullptr && !calls->is_null()) {
      EXPECT_EQ(testing::difference(*actual.find("call_function_saw"), *calls), "");
    }
    return;
  }
  const CloneOptions options = options_of(GetParam().hook, model, row);
  if (const json::Value* expected = row.find("error")) {
    try {
      clone_model(model, options);
      FAIL() << "no error, expected " << json::write(*expected);
    } catch (const Error& error) {
      EXPECT_EQ(error_kind_name(error.kind()), expected->find("kind")->as_string()) << error.what();
      // Python's repr of its own function has no equivalent here.
      const std::string message = expected->find("message")->as_string();
      const std::string_view comparable =
          std::string_view(message).substr(0, message.find("=<function"));
      EXPECT_EQ(std::string_view(error.what()).substr(0, comparable.size()), comparable);
    }
    return;
  }
  const json::Value actual = serialize_keras_object(*clone_model(model, options));
  const json::Value& expected = *row.find("json");
  EXPECT_EQ(testing::difference(actual, expected.is_string() ? fixture.at("model") : expected), "");
}

INSTANTIATE_TEST_SUITE_P(Fixtures, CloneModel, ::testing::ValuesIn(rows()),
                         [](const auto& info) { return info.param.model + "_" + info.param.hook; });

class RevivedModel : public ::testing::TestWithParam<size_t> {};

TEST_P(RevivedModel, WritesTheRecordItWasReadFrom) {
  const json::Object& fixture = models()[GetParam()].as_object();
  json::Value expected = fixture.at("model");
  // When reviving a Sequential, Keras loses that it was frozen.
  if (expected.find("class_name")->as_string() == "Sequential") {
    expected.as_object().find("config")->as_object().set("trainable", true);
  }
  EXPECT_EQ(testing::difference(serialize_keras_object(*revive(fixture.at("model"))), expected),
            "");
}

INSTANTIATE_TEST_SUITE_P(Fixtures, RevivedModel, ::testing::Range(size_t{0}, models().size()),
                         [](const auto& info) {
                           return models()[info.param].as_object().at("name").as_string();
                         });

}  // namespace
}  // namespace keras
