// Image layers that change colors or mix images, against Keras
// (tools/fixtures/make_color_layers.py): images and dicts, single images, integers, value ranges,
// refused arguments, seeds.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.h"
#include "base/naming.h"
#include "layers/layer.h"
#include "models/builtins.h"
#include "random/seed_generator_object.h"
#include "serialization/registry.h"
#include "tensor/element.h"
#include "testing/keras_answers.h"
#include "testing/rows_of.h"

namespace keras::testing {
namespace {

const char* const kFile = "layers/color.json";

// The values that `pixels` of make_color_layers.py computes.
Tensor pixels(const json::Object& tensor, int64_t seed) {
  const Shape shape = FieldTraits<Shape>::read(tensor.at("shape"));
  const DType dtype = parse_dtype(tensor.at("dtype").as_string());
  const json::Array& range = tensor.at("range").as_array();
  const double low = range[0].as_double(), high = range[1].as_double();
  const Tensor out = Tensor::allocate(shape, dtype);
  for (int64_t i = 0; i < out.size(); ++i) {
    const double share = static_cast<double>((i * 7919 + 1009 * seed) % 257) / 256;
    double value = low + (high - low) * share;
    if (is_integer(dtype)) value = std::trunc(value);
    store_element(dtype, out.raw_data(), i, value);
  }
  return out;
}

// Numbers the tensors in the order of the leaves.
class Data {
 public:
  Tree read(const json::Value& value) { return number(value); }

 private:
  Tree number(const json::Value& value) {
    if (value.find("dtype") != nullptr) return pixels(value.as_object(), ++count_);
    // Keys in sorted order, as keras.tree visits them; the dict keeps the order in which they were
    // given.
    std::map<std::string, Tree> sorted;
    for (const auto& [key, item] : value.as_object()) sorted[key] = Tree();
    for (auto& [key, tree] : sorted) tree = number(value.as_object().at(key));
    Tree::Dict dict;
    for (const auto& [key, item] : value.as_object()) dict.set(key, sorted[key]);
    return dict;
  }

  int64_t count_ = 0;
};

void expect_tensor(const Tensor& actual, const json::Object& expected) {
  ASSERT_EQ(actual.shape(), FieldTraits<Shape>::read(expected.at("shape")));
  ASSERT_EQ(dtype_name(actual.dtype()), expected.at("dtype").as_string());
  const json::Array& values = expected.at("values").as_array();
  double largest = 0;
  for (const json::Value& value : values) {
    if (!value.is_null()) largest = std::max(largest, std::abs(value.as_double()));
  }
  for (size_t i = 0; i < values.size(); ++i) {
    const double value = actual.item(static_cast<int64_t>(i));
    if (values[i].is_null()) {
      ASSERT_TRUE(std::isnan(value)) << "element " << i << ": " << value;
    } else {
      ASSERT_NEAR(value, values[i].as_double(), 1e-5 * largest) << "element " << i;
    }
  }
}

std::string sentence_of(const Error& error) {
  return std::string(error_kind_name(error.kind())) + ": " + neutral(error.what());
}

// An error of JAX has neither kind nor message: any error is right.
void expect_error(const std::string& actual, const json::Value& expected) {
  const json::Value* message = expected.find("message");
  if (message == nullptr) return;
  EXPECT_EQ(actual, expected.find("kind")->as_string() + ": " + neutral(message->as_string()));
}

LayerPtr make_row_layer(const json::Value& record) {
  const ClassInfo* info = find_public_class("keras.layers", record.find("class_name")->as_string());
  return std::static_pointer_cast<Layer>(construct(*info, record.find("arguments")->as_object()));
}

void expect_call(Layer& layer, const json::Object& call) {
  Tree::Dict kwargs;
  if (!call.at("training").is_null()) kwargs.set("training", call.at("training").as_bool());
  const json::Value* error = call.find("error");
  std::vector<Tensor> results;
  try {
    results = flatten_tensors(layer.apply({Data().read(call.at("data"))}, kwargs));
  } catch (const Error& thrown) {
    if (error == nullptr) {
      ADD_FAILURE() << "Keras answers; we throw " << sentence_of(thrown);
    } else {
      expect_error(sentence_of(thrown), *error);
    }
    return;
  }
  if (error != nullptr) {
    ADD_FAILURE() << "Keras throws " << repr(*error);
    return;
  }
  const json::Array& expected = call.at("result").as_array();
  ASSERT_EQ(results.size(), expected.size());
  for (size_t i = 0; i < results.size(); ++i) {
    SCOPED_TRACE("output " + std::to_string(i));
    expect_tensor(results[i], expected[i].as_object());
  }
}

void expect_states(const Layer& layer, const json::Array& expected) {
  const Layer::Variables states = layer.variables();
  ASSERT_EQ(states.size(), expected.size());
  for (size_t i = 0; i < states.size(); ++i) {
    for (int64_t word = 0; word < 2; ++word) {
      EXPECT_EQ(states[i]->stored_value().item(word),
                expected[i].as_array()[static_cast<size_t>(word)].as_double());
    }
  }
}

void expect_row(const json::Value& row) {
  const json::Value* error = row.find("error");
  LayerPtr layer;
  try {
    layer = make_row_layer(*row.find("layer"));
  } catch (const Error& thrown) {
    if (error == nullptr) {
      ADD_FAILURE() << "Keras makes it; we throw " << sentence_of(thrown);
    } else {
      expect_error(sentence_of(thrown), *error);
    }
    return;
  }
  if (error != nullptr) {
    ADD_FAILURE() << "Keras throws " << repr(*error);
    return;
  }
  EXPECT_EQ(json::write(json::Value(layer->get_config())), json::write(*row.find("config")));
  for (const json::Value& call : row.find("calls")->as_array()) {
    SCOPED_TRACE(json::write(*call.find("data")) + " " + json::write(*call.find("training")));
    expect_call(*layer, call.as_object());
  }
  expect_states(*layer, row.find("states")->as_array());
}

TEST(ColorLayers, AnswerAsKerasDoes) {
  register_builtins();
  const json::Value fixture = read_rows(kFile);
  for (const json::Value& row : rows_of(kFile, "rows")) {
    SCOPED_TRACE(json::write(*row.find("layer")));
    clear_session();
    set_random_seed(fixture.find("seed")->as_int());
    expect_row(row);
  }
}

}  // namespace
}  // namespace keras::testing
