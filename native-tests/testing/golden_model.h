// Tests for every golden model: revived from its JSON it equals what Keras wrote,
// and computes what Keras computed. Each room instantiates the suite for its
// groups: INSTANTIATE_TEST_SUITE_P(Recurrent, GoldenModel,
// ValuesIn(golden_cases({"LSTM", "GRU"})), golden_name);
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "models/model.h"
#include "testing/golden.h"

namespace keras::testing {

class GoldenModel : public ::testing::TestWithParam<GoldenCase> {
 protected:
  void SetUp() override;

  const json::Value& content() const { return GetParam().content(); }
  const json::Value* find(std::string_view key) const { return content().find(key); }
  // The model of to_json with Keras's weights and seed states.
  ModelPtr revive() const;
  json::Value expected_record() const;
  // The calls with that `training`.
  std::vector<json::Value> calls(bool training) const;
  void expect_outputs(const Tree& outputs, const json::Value& call, bool masks = true) const;
  void expect_values(const Tensor& actual, const Tensor& expected, const std::string& what) const;
  void expect_state(const ModelPtr& model, std::string_view weights, std::string_view seeds) const;
  // Whether Keras itself reloads the config as a different model, with different results.
  bool keras_reloads_differently() const;
};

// "Dense_003".
std::string golden_name(const ::testing::TestParamInfo<GoldenCase>& info);

}  // namespace keras::testing
