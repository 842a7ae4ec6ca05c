// Layers of strings, hashes and lookups: what they return and learn, and the errors they raise,
// against Keras on TensorFlow (tools/fixtures/with_tensorflow/make_text.py).
#include <gtest/gtest.h>

#include <cmath>
#include <regex>

#include "base/error.h"
#include "base/naming.h"
#include "json/write.h"
#include "layers/layer.h"
#include "layers/preprocessing/adaptable.h"
#include "layers/preprocessing/vocabulary_holder.h"
#include "models/builtins.h"
#include "runtime/emit.h"
#include "runtime/plan.h"
#include "serialization/deserialize.h"
#include "serialization/registry.h"
#include "serialization/revive_values.h"
#include "serialization/serialize.h"
#include "testing/rows_of.h"

namespace keras::testing {
namespace {

Tensor tensor_in(const json::Value& record) {
  return tensor_from_json(*record.find("value"), parse_dtype(record.find("dtype")->as_string()));
}

LayerPtr layer_of(const json::Value& row) {
  clear_session();
  const ClassInfo* info = find_public_class("keras.layers", row.find("class")->as_string());
  const LayerPtr layer =
      std::static_pointer_cast<Layer>(construct(*info, row.find("arguments")->as_object()));
  if (const json::Value* data = row.find("adapt")) {
    dynamic_cast<Adaptable&>(*layer).adapt(tensor_in(*data));
  }
  return layer;
}

std::vector<Tensor> inputs_of(const json::Value& row) {
  std::vector<Tensor> inputs;
  for (const json::Value& input : row.find("inputs")->as_array()) {
    inputs.push_back(tensor_in(input));
  }
  return inputs;
}

Tensor call(const json::Value& row, Layer& layer, const std::vector<Tensor>& inputs) {
  if (row.find("class")->as_string() != "HashedCrossing") {
    return layer.apply({inputs.front()}, {}).as_tensor();
  }
  Tree::Sequence items;
  for (const Tensor& input : inputs) items.push_back(input);
  return layer.apply({Tree::list(std::move(items))}, {}).as_tensor();
}

Tensor call_in_a_plan(const json::Value& row, Layer& layer, const std::vector<Tensor>& inputs) {
  runtime::Recorder recorder;
  std::vector<Tensor> slots;
  for (const Tensor& input : inputs) slots.push_back(recorder.input(input.shape(), input.dtype()));
  std::vector<Tensor> outputs;
  try {
    outputs = {call(row, layer, slots)};
  } catch (const runtime::NotRecordable&) {
    const runtime::RecordingPause pause;
    return call(row, layer, inputs);
  }
  runtime::Plan plan(recorder, outputs);
  return plan.run(inputs).front();
}

void expect_output(const Tensor& actual, const json::Value& record) {
  const Tensor expected = tensor_in(record);
  EXPECT_EQ(actual.dtype(), expected.dtype());
  ASSERT_EQ(actual.shape(), Shape(FieldTraits<Shape>::read(*record.find("shape"))));
  if (actual.dtype() == DType::kString) {
    EXPECT_EQ(actual.string_data().to_vector(), expected.string_data().to_vector());
    return;
  }
  for (int64_t i = 0; i < expected.size(); ++i) {
    ASSERT_NEAR(actual.item(i), expected.item(i), 1e-6 * std::abs(expected.item(i)))
        << "element " << i;
  }
}

void expect_learned(const json::Value& row, Layer& layer) {
  if (const json::Value* vocabulary = row.find("vocabulary")) {
    EXPECT_EQ(json::Value(dynamic_cast<VocabularyHolder&>(layer).vocabulary()), *vocabulary);
  }
  const json::Value* boundaries = row.find("boundaries");
  if (boundaries == nullptr) return;
  const json::Object config = layer.get_config();
  const json::Array& learned = config.find("bin_boundaries")->as_array();
  ASSERT_EQ(learned.size(), boundaries->as_array().size());
  for (size_t i = 0; i < learned.size(); ++i) {
    EXPECT_FLOAT_EQ(static_cast<float>(learned[i].as_double()),
                    static_cast<float>(boundaries->as_array()[i].as_double()));
  }
}

// Removes what differs by nature: automatic names, how TensorFlow prints tensors and operations.
std::string neutral_sentence(std::string text) {
  text = std::regex_replace(text, std::regex(R"(layer '\w+')"), "layer");
  text = std::regex_replace(text, std::regex(R"(Received: inputs=\[[^]*)"), "Received: inputs");
  return std::regex_replace(text, std::regex(R"(^\{\{.*\}\} (.*) \[Op:.*)"), "$1");
}

void expect_error(const Error& error, const json::Value& row) {
  const json::Value* expected = row.find("error");
  ASSERT_NE(expected, nullptr) << error.what();
  EXPECT_NE(error.kind(), ErrorKind::kInternalError);
  const std::string sentence = neutral_sentence(error.what());
  const std::string wanted = neutral_sentence(expected->as_string());
  EXPECT_EQ(sentence.substr(0, wanted.size()), wanted) << "the whole message: " << sentence;
}

template <class Call>
void expect_as_keras(const json::Value& row, const Call& call_layer) {
  try {
    const LayerPtr layer = layer_of(row);
    expect_learned(row, *layer);
    const Tensor output = call_layer(row, *layer, inputs_of(row));
    const json::Value* expected = row.find("output");
    ASSERT_NE(expected, nullptr) << "Keras raises: " << repr(*row.find("error"));
    expect_output(output, *expected);
  } catch (const Error& error) {
    expect_error(error, row);
  }
}

TEST(TextLayers, ReturnLearnAndRefuseWhatKerasDoes) {
  for (const json::Value& row : rows_of("text/calls.json", "rows")) {
    SCOPED_TRACE(json::write(row).substr(0, 400));
    expect_as_keras(row, call);
    expect_as_keras(row, call_in_a_plan);
  }
}

TEST(TextLayers, AreRevivedFromTheirConfigs) {
  for (const json::Value& row : rows_of("text/calls.json", "rows")) {
    // Learned vocabularies are assets.
    if (row.find("error") != nullptr || row.find("adapt") != nullptr) continue;
    SCOPED_TRACE(json::write(row).substr(0, 400));
    const json::Value record = serialize_keras_object(*layer_of(row));
    const auto revived = std::dynamic_pointer_cast<Layer>(deserialize_object(record));
    ASSERT_NE(revived, nullptr);
    EXPECT_EQ(json::write(serialize_keras_object(*revived)), json::write(record));
    expect_output(call(row, *revived, inputs_of(row)), *row.find("output"));
  }
}

}  // namespace
}  // namespace keras::testing
