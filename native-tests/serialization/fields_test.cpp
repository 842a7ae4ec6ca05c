#include "serialization/fields.h"

#include "serialization/object.h"
#include "testing/families.h"
#include "testing/keras_answers.h"

namespace keras {
namespace {

class Sample final : public Object {
 public:
  void fields(FieldVisitor& f) override {
    f("units", units_, "How many.", Field::kRequired);
    f("rate", rate_, "A number.");
    f("use_bias", use_bias_, "A flag.");
    f("name", name_, "A text, or null.");
    f("sizes", sizes_, "One or many.");
    f("shape", shape_, "A shape.");
    f("kernel_initializer", initializer_, "An initializer.");
    f("activation", activation_, "An activation.");
    f("lora_rank", lora_rank_, "Only if set.", Field::kOmitNull);
    f("old", old_, "Accepted.", Field::kReadOnly);
    f("new", new_, "Written.", Field::kWriteOnly);
  }
  bool unknown_argument_is_value_error() const override { return value_errors_; }

  int64_t units_ = 0;
  Number rate_ = 0.5;
  bool use_bias_ = true;
  std::optional<std::string> name_;
  Ints sizes_ = {2};
  Shape shape_;
  InitializerPtr initializer_ = get_initializer("zeros");
  Activation activation_;
  std::optional<int64_t> lora_rank_;
  json::Value old_;
  json::Value new_ = 5;
  bool value_errors_ = false;
};

constinit const ClassInfo kSampleInfo{
    .module = "keras.layers", .class_name = "Sample", .registered_name = ""};

class Fields : public ::testing::Test {
 protected:
  Fields() {
    testing::register_families();
    sample_.set_class_info(&kSampleInfo);
  }
  // "Kind at path: message"
  std::string error_of(const json::Object& config) {
    try {
      read_fields(sample_, config);
    } catch (const Error& error) {
      return std::string(error_kind_name(error.kind())) + " at " + error.path() + ": " +
             error.what();
    }
    return "nothing";
  }
  Sample sample_;
};

TEST_F(Fields, AreWrittenInTheirOrderWithTheirDefaults) {
  read_fields(sample_, {{"units", 3}});
  EXPECT_EQ(
      json::write(write_fields(sample_)),
      R"({"units": 3, "rate": 0.5, "use_bias": true, "name": null, "sizes": [2], "shape": [], )"
      R"("kernel_initializer": {"module": "keras.initializers", "class_name": "Zeros", )"
      R"("config": {}, "registered_name": null}, "activation": "linear", "new": 5})");
}

TEST_F(Fields, KeepIntegersAndFloatsAsGiven) {
  read_fields(sample_, {{"units", 3.0},
                        {"rate", 1},
                        {"sizes", 4},
                        {"lora_rank", 2},
                        {"shape", json::Array{nullptr, 3}},
                        {"activation", "swish"},
                        {"old", "x"}});
  const json::Object config = write_fields(sample_);
  EXPECT_EQ(json::write(config.at("units")), "3");
  EXPECT_EQ(json::write(config.at("rate")), "1");
  EXPECT_EQ(json::write(config.at("sizes")), "[4]");
  EXPECT_EQ(json::write(config.at("shape")), "[null, 3]");
  EXPECT_EQ(json::write(config.at("activation")), "\"silu\"");
  EXPECT_EQ(json::write(config.at("lora_rank")), "2");
  EXPECT_FALSE(config.contains("old"));
}

TEST_F(Fields, NameMissingUnknownAndInvalidArguments) {
  EXPECT_EQ(error_of({}),
            "TypeError at : Sample.__init__() missing 1 required positional argument: 'units'");
  EXPECT_EQ(error_of({{"units", 1}, {"foo", 2}, {"bar", 3}}),
            "TypeError at : Sample.__init__() got an unexpected keyword argument 'foo'");
  EXPECT_EQ(error_of({{"units", 1}, {"new", 2}}),
            "TypeError at : Sample.__init__() got an unexpected keyword argument 'new'");
  sample_.value_errors_ = true;
  EXPECT_EQ(error_of({{"units", 1}, {"foo", 2}}).substr(0, 10), "ValueError");
}

TEST_F(Fields, GiveThePathOfAnInvalidValue) {
  EXPECT_EQ(error_of({{"units", "many"}}),
            "TypeError at units: Expected an integer, received 'many' (of type str)");
  EXPECT_EQ(error_of({{"units", nullptr}}),
            "TypeError at units: Expected an integer, received None (of type NoneType)");
  EXPECT_EQ(error_of({{"units", 1.5}}),
            "TypeError at units: Expected an integer, received 1.5 (of type float)");
  EXPECT_EQ(error_of({{"units", 1}, {"rate", "x"}}),
            "TypeError at rate: Expected a number, received 'x' (of type str)");
  EXPECT_EQ(error_of({{"units", 1}, {"name", 4}}),
            "TypeError at name: Expected a string, received 4 (of type int)");
  EXPECT_EQ(error_of({{"units", 1}, {"sizes", json::Array{1, "a"}}}),
            "TypeError at sizes: Expected an integer, received 'a' (of type str)");
  EXPECT_EQ(error_of({{"units", 1}, {"shape", json::Array{-1}}}),
            "ValueError at shape: Cannot convert '(-1,)' to a shape. Negative dimensions are not "
            "allowed.");
  EXPECT_EQ(error_of({{"units", 1}, {"kernel_initializer", "zzz"}}),
            "ValueError at kernel_initializer: Could not interpret initializer identifier: zzz");
  EXPECT_EQ(
      error_of({{"units", 1},
                {"kernel_initializer", json::Object{{"class_name", "VarianceScaling"},
                                                    {"config", json::Object{{"scale", 0}}}}}}),
      "ValueError at kernel_initializer.config: Argument `scale` must be positive float. "
      "Received: scale=0");
  EXPECT_EQ(error_of({{"units", 1}, {"activation", 3}}),
            "ValueError at activation: Could not interpret activation function identifier: 3");
}

TEST_F(Fields, FlagsUsePythonsTruthValue) {
  for (const auto& [value, expected] : {std::pair{json::Value(0), false},
                                        {json::Value(2), true},
                                        {json::Value(""), false},
                                        {json::Value(nullptr), false},
                                        {json::Value(json::Array{1}), true}}) {
    read_fields(sample_, {{"units", 1}, {"use_bias", value}});
    EXPECT_EQ(sample_.use_bias_, expected) << repr(value);
  }
}

TEST_F(Fields, AreDescribedForTypesAndDocs) {
  const std::vector<FieldDescription> rows = describe_fields(sample_);
  ASSERT_EQ(rows.size(), 11u);
  EXPECT_EQ(rows[0].key, "units");
  EXPECT_TRUE(rows[0].flags.required);
  EXPECT_TRUE(rows[0].default_value.is_null());
  EXPECT_EQ(rows[0].doc, "How many.");
  EXPECT_EQ(rows[1].typescript, "number");
  EXPECT_EQ(json::write(rows[1].default_value), "0.5");
  EXPECT_EQ(rows[6].typescript, "InitializerIdentifier | null");
}

}  // namespace
}  // namespace keras
