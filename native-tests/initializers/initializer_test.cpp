#include "initializers/initializer.h"

#include <algorithm>

#include "serialization/deserialize.h"
#include "serialization/serialize.h"
#include "testing/families.h"
#include "testing/keras_answers.h"
#include "testing/rows_of.h"

namespace keras {
namespace {

using testing::expect_answer;
using testing::expect_floats;
using testing::rows_of;

class Initializers : public ::testing::Test {
 protected:
  Initializers() { testing::register_families(); }
};

void expect_calls(const json::Value& row) {
  SCOPED_TRACE(repr(row.as_object().at("record")));
  const json::Value& record = row.as_object().at("record");
  const InitializerPtr initializer = get_initializer(record);
  EXPECT_EQ(json::write(FieldTraits<InitializerPtr>::write(initializer)), json::write(record));
  for (const json::Value& call : row.as_object().at("calls").as_array()) {
    const Shape shape(testing::shape_of(call));
    SCOPED_TRACE(repr(shape));
    expect_floats((*initializer)(shape, DType::kFloat32), call, row.as_object().at("tolerance"));
  }
}

TEST_F(Initializers, DrawTheValuesOfKeras) {
  for (json::Value row : rows_of("initializers.json", "initializers")) {
    // Two rows were made with a gain, which Keras does not write to the record.
    const json::Value& record = row.as_object().at("record");
    const json::Value& bits = row.as_object().at("calls").as_array()[0].as_object().at("bits");
    if (record.find("class_name")->as_string() == "Identity" &&
        bits.as_array()[0].as_int() != 0x3f800000) {
      continue;
    }
    expect_calls(row);
  }
}

TEST_F(Initializers, IdentityTakesAGain) {
  int seen = 0;
  for (const json::Value& row : rows_of("initializers.json", "initializers")) {
    const json::Value& call = row.as_object().at("calls").as_array()[0];
    if (row.find("record")->find("class_name")->as_string() != "Identity") continue;
    if (call.find("bits")->as_array()[0].as_int() == 0x3f800000) continue;
    const auto initializer = get_initializer(
        json::Object{{"class_name", "Identity"}, {"config", json::Object{{"gain", 0.5}}}});
    expect_floats((*initializer)(Shape(testing::shape_of(call)), DType::kFloat32), call,
                  row.as_object().at("tolerance"));
    EXPECT_EQ(json::write(initializer->get_config()), "{}");
    ++seen;
  }
  EXPECT_EQ(seen, 3);
}

TEST_F(Initializers, StftMakesTheKernelsOfKeras) {
  for (const json::Value& row : rows_of("families/stft.json", "rows")) expect_calls(row);
}

TEST_F(Initializers, RefuseShapesAndSeedsWithKerassMessages) {
  for (const json::Value& row : rows_of("families/refused_calls.json", "rows")) {
    SCOPED_TRACE(repr(row));
    const json::Value* record = row.find("record");
    const InitializerPtr initializer =
        record ? get_initializer(*record)
               : tensor_initializer(
                     Tensor::zeros(FieldTraits<Shape>::read(*row.find("tensor")), DType::kFloat32));
    const Shape shape = FieldTraits<Shape>::read(*row.find("shape"));
    expect_answer(row, [&]() -> json::Value {
      (*initializer)(shape, DType::kFloat32);
      return nullptr;
    });
  }
}

TEST_F(Initializers, AnUnseededOneDrawsItsSeedOnce) {
  const auto initializer = get_initializer("glorot_uniform");
  const Tensor a = (*initializer)({20, 20}, DType::kFloat32);
  const Tensor b = (*initializer)({20, 20}, DType::kFloat32);
  EXPECT_TRUE(std::equal(a.span<float>().begin(), a.span<float>().end(), b.data<float>()));
  const Tensor c = (*initializer->clone())({20, 20}, DType::kFloat32);
  EXPECT_FALSE(std::equal(a.span<float>().begin(), a.span<float>().end(), c.data<float>()));
  EXPECT_TRUE(initializer->get_config().at("seed").is_null());
}

TEST_F(Initializers, ACloneOfASeededOneDrawsTheSame) {
  const auto initializer = get_initializer(json::Object{
      {"class_name", "RandomNormal"}, {"config", json::Object{{"seed", 4}, {"stddev", 1}}}});
  const Tensor a = (*initializer)({9}, DType::kFloat32);
  const Tensor b = (*initializer->clone())({9}, DType::kFloat32);
  EXPECT_TRUE(std::equal(a.span<float>().begin(), a.span<float>().end(), b.data<float>()));
}

TEST_F(Initializers, ReturnTheRequestedDtype) {
  for (const char* name : {"zeros", "ones", "glorot_uniform", "random_normal", "orthogonal",
                           "identity", "constant", "truncated_normal"}) {
    const auto initializer = get_initializer(name);
    for (DType dtype : {DType::kFloat16, DType::kBFloat16, DType::kFloat32}) {
      const Tensor values = (*initializer)({3, 3}, dtype);
      EXPECT_EQ(values.dtype(), dtype) << name;
      EXPECT_EQ(values.shape(), (Shape{3, 3})) << name;
    }
  }
  EXPECT_EQ((*get_initializer("ones"))({2}, DType::kInt32).item(1), 1);
}

TEST_F(Initializers, TakeArrays) {
  const json::Value form = json::Object{
      {"class_name", "__numpy__"},
      {"config", json::Object{{"value", json::Array{1.5, 2.5}}, {"dtype", "float32"}}}};
  const auto initializer = get_initializer(form);
  const Tensor values = (*initializer)({2}, DType::kFloat32);
  EXPECT_EQ(values.item(1), 2.5);
  values.data<float>()[1] = 0;  // changes the weight's own copy
  EXPECT_EQ((*initializer)({2}, DType::kFloat32).item(1), 2.5);
  EXPECT_EQ(json::write(initializer->serialize()),
            R"({"module": "builtins", "class_name": "function", "config": "initialize_fn", )"
            R"("registered_name": "function"})");
  EXPECT_EQ((*initializer->clone())({2}, DType::kFloat32).item(0), 1.5);
}

TEST_F(Initializers, ConstantTakesArraysAndWritesThemBack) {
  for (const char* class_name : {"__numpy__", "__tensor__"}) {
    const json::Value record = json::Object{
        {"module", "keras.initializers"},
        {"class_name", "Constant"},
        {"config",
         json::Object{
             {"value", json::Object{{"class_name", class_name},
                                    {"config", json::Object{{"value", json::Array{1.0, 2.0}},
                                                            {"dtype", "float32"}}}}}}},
        {"registered_name", nullptr}};
    const auto initializer = get_initializer(record);
    EXPECT_EQ(json::write(initializer->serialize()), json::write(record));
    const Tensor values = (*initializer)({2, 2}, DType::kFloat32);
    EXPECT_EQ(values.item(0), 1);
    EXPECT_EQ(values.item(3), 2);
  }
}

}  // namespace
}  // namespace keras
