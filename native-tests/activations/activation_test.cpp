#include "activations/activation.h"

#include <gmock/gmock.h>

#include "serialization/custom_objects.h"
#include "testing/families.h"
#include "testing/keras_answers.h"
#include "testing/rows_of.h"

namespace keras {
namespace {

class Named final : public Function {
 public:
  using Function::Function;
  Tree call(const Tree::Sequence& args, const Tree::Dict&) override { return args.at(0); }
};

class Custom final : public CustomObject {
 public:
  explicit Custom(std::shared_ptr<Function> function) : function_(std::move(function)) {}
  std::shared_ptr<Function> function() override { return function_; }
  std::shared_ptr<Object> from_config(const json::Object&) override { return nullptr; }

 private:
  std::shared_ptr<Function> function_;
};

json::Value function_record(const char* name) {
  return json::Object{{"module", "builtins"},
                      {"class_name", "function"},
                      {"config", name},
                      {"registered_name", "function"}};
}

class Activations : public ::testing::Test {
 protected:
  Activations() { testing::register_families(); }
};

TEST_F(Activations, AreReadAndWrittenAsKerasDoes) {
  for (const char* file : {"families/identifiers.json", "serialization.json"}) {
    const bool families = std::string(file).starts_with("families");
    for (const json::Value& row : testing::rows_of(file, families ? "rows" : "cases")) {
      const json::Value* family = row.find("family");
      if (family == nullptr || family->as_string() != "activations") continue;
      const json::Value& identifier = *row.find("identifier");
      SCOPED_TRACE(repr(identifier));
      testing::expect_answer(row, [&] { return serialize_activation(get_activation(identifier)); });
    }
  }
}

TEST_F(Activations, KnowTheirNames) {
  EXPECT_TRUE(Activation().is_linear());
  EXPECT_EQ(get_activation("swish").kind(), ActivationKind::kSilu);
  EXPECT_EQ(get_activation("hard_swish").kind(), ActivationKind::kHardSilu);
  EXPECT_EQ(activation_name(ActivationKind::kTanhShrink), "tanh_shrink");
  EXPECT_EQ(find_activation("threshold"), ActivationKind::kThreshold);
  EXPECT_FALSE(find_activation("zzz"));
  EXPECT_FALSE(find_activation(""));
}

TEST_F(Activations, ARecordOfABuiltInIsTheBuiltIn) {
  const Activation activation = get_activation(function_record("gelu"));
  EXPECT_TRUE(activation.is_builtin());
  EXPECT_EQ(activation.kind(), ActivationKind::kGelu);
  EXPECT_EQ(Activation(find_activation_function("gelu")), activation);
}

TEST_F(Activations, CustomFunctionsNeedARecord) {
  const auto function = std::make_shared<Named>("Pkg>mine");
  const CustomObjectScope scope({{"Pkg>mine", std::make_shared<Custom>(function)},
                                 {"mine", std::make_shared<Custom>(function)}});
  const Activation activation = get_activation(function_record("Pkg>mine"));
  EXPECT_FALSE(activation.is_builtin());
  EXPECT_EQ(activation.function(), function);
  EXPECT_EQ(json::write(serialize_activation(activation)),
            json::write(function_record("Pkg>mine")));
  EXPECT_EQ(get_activation(serialize_activation(activation)), activation);
  // A bare name is looked up among Keras's own only.
  try {
    get_activation("mine");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "Could not interpret activation function identifier: mine");
  }
}

TEST_F(Activations, AnObjectIsWrittenAsItsRecord) {
  // Any object stands in for a layer here.
  const json::Value record = json::Object{{"module", "keras.constraints"},
                                          {"class_name", "NonNeg"},
                                          {"config", json::Object{}},
                                          {"registered_name", nullptr}};
  const Activation activation = get_activation(record);
  ASSERT_TRUE(activation.object());
  EXPECT_FALSE(activation.is_linear());
  EXPECT_EQ(json::write(serialize_activation(activation)), json::write(record));
}

TEST_F(Activations, AnObjectThatCannotBeCalledIsRefused) {
  const json::Value record = json::Object{{"module", "keras"},
                                          {"class_name", "DTypePolicy"},
                                          {"config", json::Object{{"name", "float32"}}},
                                          {"registered_name", nullptr}};
  try {
    get_activation(record);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(),
                ::testing::StartsWith("Could not interpret activation function identifier: "));
  }
}

TEST_F(Activations, FunctionsComputeThroughTheInstalledCaller) {
  const auto relu = find_activation_function("relu");
  EXPECT_EQ(relu, find_activation_function("relu"));
  EXPECT_EQ(find_activation_function("swish")->name(), "silu");
  EXPECT_EQ(find_activation_function("zzz"), nullptr);
  EXPECT_EQ(find_builtin_function("activations", "relu"), relu);
}

}  // namespace
}  // namespace keras
