// Whole models against Keras, and configs written by tf.keras: every group of
// fixtures/golden_extra.
#include "json/write.h"
#include "models/functional/functional.h"
#include "models/sequential.h"
#include "serialization/serialize.h"
#include "testing/fixtures.h"
#include "testing/golden_model.h"

namespace keras::testing {
namespace {

using ::testing::ValuesIn;

std::vector<GoldenCase> extra(const std::vector<std::string>& groups) {
  return golden_cases(groups, "golden_extra");
}

std::vector<GoldenCase> found_cases() {
  std::vector<std::string> groups = golden_groups("golden_extra");
  std::erase(groups, "lambda");  // needs the user's functions: layers/core/lambda_test.cpp
  return extra(groups);
}

INSTANTIATE_TEST_SUITE_P(Models, GoldenModel, ValuesIn(found_cases()), golden_name);

class LegacyConfig : public GoldenModel {};

TEST_P(LegacyConfig, IsReadAsKerasReadsIt) {
  const ClassInfo& info =
      find("legacy_class")->as_string() == "Sequential" ? kSequentialClass : kFunctionalClass;
  const auto model = from_config(info, find("legacy_config")->as_object());
  EXPECT_EQ(difference(serialize_keras_object(*model), *find("to_json")), "");
}

INSTANTIATE_TEST_SUITE_P(Models, LegacyConfig, ValuesIn(extra({"legacy"})), golden_name);

}  // namespace
}  // namespace keras::testing
