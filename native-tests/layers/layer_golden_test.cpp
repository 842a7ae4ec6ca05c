// Layers, and models that combine them, against Keras: every group of fixtures/golden.
#include <set>

#include "serialization/registry.h"
#include "testing/golden_model.h"

namespace keras::testing {
namespace {

const std::set<std::string>& missing() {
  static const std::set<std::string> classes = {
#include "layers/missing.inc"
  };
  return classes;
}

// Lambda and Layer_base need functions and classes of the user (core/lambda_test.cpp);
// ops/golden_ops_test.cpp runs the operations without models.
bool is_tested_elsewhere(const std::string& group) {
  return group == "Lambda" || group == "Layer_base" || group.starts_with("ops_");
}

bool is_implemented(const GoldenCase& golden) {
  const json::Value& config = *golden.content().find("to_json")->find("config");
  for (const json::Value& layer : config.find("layers")->as_array()) {
    if (missing().contains(layer.find("class_name")->as_string())) return false;
  }
  return true;
}

std::vector<GoldenCase> found_cases() {
  std::vector<std::string> groups = golden_groups();
  std::erase_if(groups, is_tested_elsewhere);
  std::vector<GoldenCase> cases = golden_cases(groups);
  std::erase_if(cases, [](const GoldenCase& golden) { return !is_implemented(golden); });
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Layers, GoldenModel, ::testing::ValuesIn(found_cases()), golden_name);

TEST(GoldenLayers, WhatIsListedAsMissingIsMissing) {
  for (const std::string& class_name : missing()) {
    EXPECT_EQ(find_class_in_family(Family::kLayer, class_name), nullptr)
        << class_name << " is implemented: remove it from missing.inc";
  }
}

}  // namespace
}  // namespace keras::testing
