// Whole models against Keras: nested and shared layers, trees of inputs and outputs, operations,
// policies, fusion in plans, and configs of tf.keras.
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

INSTANTIATE_TEST_SUITE_P(Graphs, GoldenModel,
                         ValuesIn(extra({"nested", "shared", "structures", "operations"})),
                         golden_name);
INSTANTIATE_TEST_SUITE_P(Stacks, GoldenModel, ValuesIn(extra({"sequential"})), golden_name);
INSTANTIATE_TEST_SUITE_P(Policies, GoldenModel, ValuesIn(extra({"policies"})), golden_name);
INSTANTIATE_TEST_SUITE_P(Plans, GoldenModel, ValuesIn(extra({"fusion", "sizes"})), golden_name);
INSTANTIATE_TEST_SUITE_P(Training, GoldenModel, ValuesIn(extra({"training"})), golden_name);

class LegacyConfig : public GoldenModel {};

TEST_P(LegacyConfig, IsRevivedAsKerasRevivesIt) {
  const ClassInfo& info =
      find("legacy_class")->as_string() == "Sequential" ? kSequentialClass : kFunctionalClass;
  const auto model = from_config(info, find("legacy_config")->as_object());
  EXPECT_EQ(difference(serialize_keras_object(*model), *find("to_json")), "");
}

INSTANTIATE_TEST_SUITE_P(Models, LegacyConfig, ValuesIn(extra({"legacy"})), golden_name);
INSTANTIATE_TEST_SUITE_P(Legacy, GoldenModel, ValuesIn(extra({"legacy"})), golden_name);

}  // namespace
}  // namespace keras::testing
