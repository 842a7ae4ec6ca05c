#include "dtype_policies/dtype_policy.h"

#include "base/naming.h"
#include "dtype_policies/dtype_policy_map.h"
#include "serialization/deserialize.h"
#include "serialization/serialize.h"
#include "testing/families.h"
#include "testing/keras_answers.h"
#include "testing/rows_of.h"

namespace keras {
namespace {

using testing::expect_answer;
using testing::rows_of;

class DTypePolicies : public ::testing::Test {
 protected:
  DTypePolicies() {
    testing::register_families();
    reset_global_dtype_policy();
  }
  ~DTypePolicies() override { reset_global_dtype_policy(); }
};

TEST_F(DTypePolicies, AreWhatKerasMakesOfEveryIdentifier) {
  for (const json::Value& row : rows_of("families/policies.json", "rows")) {
    const json::Value& identifier = row.as_object().at("identifier");
    SCOPED_TRACE(repr(identifier));
    const json::Value* class_name = identifier.find("class_name");
    expect_answer(row, [&]() -> json::Value {
      const DTypePolicyPtr policy = get_dtype_policy(identifier);
      const json::Value* result = row.find("result");
      const bool map = result && class_name && class_name->as_string() == "DTypePolicyMap";
      const std::string mode = policy->quantization_mode();
      return json::Object{{"name", policy->name()},
                          {"compute_dtype", dtype_name(policy->compute_dtype())},
                          {"variable_dtype", dtype_name(policy->variable_dtype())},
                          {"quantization_mode", mode.empty() ? json::Value() : json::Value(mode)},
                          {"repr", map ? *result->find("repr") : json::Value(policy->repr())},
                          {"record", serialize_keras_object(*policy)}};
    });
  }
}

TEST_F(DTypePolicies, AMapFindsThePolicyForAPath) {
  DTypePolicyPtr policy;
  for (const json::Value& row : rows_of("families/policy_map.json", "rows")) {
    if (const json::Value* record = row.find("record")) {
      policy = get_dtype_policy(*record);
      EXPECT_EQ(json::write(serialize_keras_object(*policy)), json::write(*record));
      continue;
    }
    const std::string& path = row.as_object().at("path").as_string();
    SCOPED_TRACE(path);
    expect_answer(row, [&]() -> json::Value {
      return dynamic_cast<DTypePolicyMap&>(*policy).at(path)->name();
    });
  }
}

TEST_F(DTypePolicies, AMapRefusesAKeyTwice) {
  DTypePolicyMap map;
  map.insert("a", get_dtype_policy("float16"));
  try {
    map.insert("a", get_dtype_policy("bfloat16"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "a already exist in the DTypePolicyMap with value <DTypePolicy \"float16\">. "
                 "Please make sure to not use duplicated keys.");
  }
}

TEST_F(DTypePolicies, AMapWithoutADefaultFollowsTheGlobalPolicyOfItsReader) {
  auto policy = get_dtype_policy(json::Object{
      {"class_name", "DTypePolicyMap"},
      {"config",
       json::Object{
           {"default_policy", nullptr},
           {"policy_map",
            json::Object{{"x", json::Object{{"module", "keras"},
                                            {"class_name", "DTypePolicy"},
                                            {"config", json::Object{{"name", "float16"}}}}}}}}}});
  EXPECT_EQ(policy->name(), "map_float32");
  const json::Value record = serialize_keras_object(*policy);
  EXPECT_NE(json::write(record).find(R"("config": {"name": null})"), std::string::npos);
  // The live policy is unchanged.
  EXPECT_EQ(dynamic_cast<DTypePolicyMap&>(*policy).at("x")->name(), "float16");
  set_global_dtype_policy(get_dtype_policy("bfloat16"));
  EXPECT_EQ(dynamic_cast<DTypePolicyMap&>(*get_dtype_policy(record)).at("x")->name(), "bfloat16");
}

TEST_F(DTypePolicies, RegexesThatWouldBacktrackAreFast) {
  DTypePolicyMap map;
  map.insert("(a*)*(b|a+)+c{2,900}", get_dtype_policy("float16"));
  EXPECT_EQ(map.at(std::string(500, 'a'))->name(), "float32");
  DTypePolicyMap broken;
  broken.insert("(", get_dtype_policy("float16"));
  EXPECT_THROW(broken.at("x"), Error);
}

TEST_F(DTypePolicies, TheGlobalOneIsFloat32UntilItIsSet) {
  EXPECT_EQ(global_dtype_policy()->name(), "float32");
  set_global_dtype_policy(get_dtype_policy("mixed_bfloat16"));
  EXPECT_EQ(get_dtype_policy(nullptr)->name(), "mixed_bfloat16");
  const json::Value null_name =
      json::Object{{"class_name", "DTypePolicy"}, {"config", json::Object{{"name", nullptr}}}};
  EXPECT_EQ(get_dtype_policy(null_name)->name(), "mixed_bfloat16");
  reset_global_dtype_policy();
  EXPECT_EQ(get_dtype_policy(nullptr)->name(), "float32");
}

TEST_F(DTypePolicies, AreEqualWhenTheirSettingsAre) {
  const auto plain = get_dtype_policy("float16");
  EXPECT_TRUE(plain->equals(*get_dtype_policy("float16")));
  EXPECT_FALSE(plain->equals(*get_dtype_policy("float32")));
  const auto old = get_dtype_policy(json::Object{{"class_name", "FloatDTypePolicy"},
                                                 {"config", json::Object{{"name", "float16"}}}});
  EXPECT_TRUE(plain->equals(*old));
  EXPECT_TRUE(old->equals(*plain));
  const auto int8 = get_dtype_policy("int8_from_float32");
  EXPECT_TRUE(int8->equals(*get_dtype_policy("int8_from_float32")));
  EXPECT_FALSE(int8->equals(*get_dtype_policy("float8_from_float32")));
  EXPECT_FALSE(int8->equals(*plain));
  const auto long_history = get_dtype_policy(json::Object{
      {"class_name", "QuantizedFloat8DTypePolicy"},
      {"config",
       json::Object{{"mode", "float8"}, {"source_name", "float32"}, {"amax_history_length", 9}}}});
  EXPECT_FALSE(long_history->equals(*get_dtype_policy("float8_from_float32")));
}

}  // namespace
}  // namespace keras
