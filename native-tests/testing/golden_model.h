// The tests of every golden model: deserialized from Keras's JSON, it serializes to the same JSON
// and computes the same values. layers/layer_golden_test.cpp and models/model_golden_test.cpp
// instantiate them for the groups found in the fixtures.
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
  // The calls with this value of `training`.
  std::vector<json::Value> calls(bool training) const;
  void expect_outputs(const Tree& outputs, const json::Value& call, bool masks = true) const;
  void expect_values(const Tensor& actual, const Tensor& expected, const std::string& what) const;
  std::shared_ptr<Variable> variable_of(const Model& model, const std::string& path) const;
  void expect_state(const ModelPtr& model, std::string_view weights, std::string_view seeds) const;
  // Whether the model that Keras loads from the JSON differs from the one that wrote it.
  bool keras_reloads_differently() const;
};

// "Dense_003".
std::string golden_name(const ::testing::TestParamInfo<GoldenCase>& info);

}  // namespace keras::testing
