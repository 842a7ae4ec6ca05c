// summary() against Keras's output (tools/fixtures/make_summary.py).
#include "models/summary/summary.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "models/builtins.h"
#include "serialization/deserialize.h"
#include "testing/fixtures.h"

namespace keras {
namespace {

const json::Value& fixture() {
  static const json::Value value = testing::read_json("summary.json");
  return value;
}
const json::Array& models() { return fixture().find("models")->as_array(); }

SummaryOptions options_of(const json::Object& row) {
  SummaryOptions options;
  options.terminal_columns = static_cast<int>(fixture().find("columns")->as_int());
  for (const auto& [key, value] : row) {
    if (key == "line_length" && !value.is_null())
      options.line_length = static_cast<int>(value.as_int());
    if (key == "expand_nested") options.expand_nested = value.truthy();
    if (key == "show_trainable") options.show_trainable = value.truthy();
    if (key == "positions" && !value.is_null()) {
      for (const json::Value& position : value.as_array())
        options.positions.push_back(position.as_double());
    }
    if (key == "layer_range" && !value.is_null()) {
      options.layer_range = {value.as_array()[0].as_string(), value.as_array()[1].as_string()};
    }
  }
  return options;
}

class Summary : public ::testing::TestWithParam<size_t> {};

TEST_P(Summary, PrintsWhatKerasPrints) {
  const json::Object& row = models()[GetParam()].as_object();
  for (const json::Value& entry : row.at("summaries").as_array()) {
    clear_session();
    const auto model = std::dynamic_pointer_cast<Model>(deserialize_object(row.at("model")));
    const SummaryOptions options = options_of(entry.find("options")->as_object());
    if (const json::Value* error = entry.find("error")) {
      EXPECT_THROW(summary(*model, options), Error) << error->find("message")->as_string();
      continue;
    }
    EXPECT_EQ(summary(*model, options), entry.find("text")->as_string());
  }
}

INSTANTIATE_TEST_SUITE_P(Fixtures, Summary, ::testing::Range(size_t{0}, models().size()),
                         [](const auto& info) {
                           return models()[info.param].as_object().at("name").as_string();
                         });

}  // namespace
}  // namespace keras
