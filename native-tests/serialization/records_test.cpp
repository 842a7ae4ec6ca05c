// serialize(deserialize(record)) and rejected records, compared with Keras row by row.
#include "base/naming.h"
#include "serialization/deserialize.h"
#include "serialization/serialize.h"
#include "testing/families.h"
#include "testing/keras_answers.h"
#include "testing/rows_of.h"

namespace keras {
namespace {

// Rows about layers, which the tests of models cover.
bool needs_layers(const json::Value& config) {
  const std::string text = json::write(config);
  for (const char* word :
       {"keras.layers", "keras.src", "keras.models", "keras.losses", "keras.optimizers",
        "keras.metrics", "Sequential", "mean_squared_error"}) {
    if (text.find(word) != text.npos) return true;
  }
  return false;
}

// KerasTensors are revived as their history; graph/ resolves it.
json::Value write_tensor(const Tensor& tensor) {
  const auto* revived = dynamic_cast<const RevivedTensor*>(tensor.symbolic_info());
  if (revived == nullptr) throw internal_error("no revived tensor");
  return json::Object{{"class_name", "__keras_tensor__"},
                      {"config", json::Object{{"shape", FieldTraits<Shape>::write(tensor.shape())},
                                              {"dtype", dtype_name(tensor.dtype())},
                                              {"keras_history", revived->history}}}};
}

TEST(Records, AreRevivedAndRefusedAsInKeras) {
  testing::register_families();
  int roundtrips = 0;
  int refused = 0;
  for (const json::Value& row : testing::rows_of("serialization.json", "cases")) {
    const std::string& call = row.find("call")->as_string();
    if (call != "roundtrip" && call != "deserialize") continue;
    const json::Value& config = *row.find("config");
    if (needs_layers(config)) continue;
    SCOPED_TRACE(row.find("what")->as_string() + ": " + repr(config));
    ++(call == "roundtrip" ? roundtrips : refused);
    reset_names();
    const json::Value* result = row.find("result");
    const bool symbolic =
        config.find("class_name") && *config.find("class_name") == json::Value("__keras_tensor__");
    if (symbolic && result) {
      // Keras does not write the history of a tensor outside a graph.
      const Tree revived = deserialize_keras_object(config);
      EXPECT_EQ(write_tensor(revived.as_tensor()), config);
      continue;
    }
    testing::expect_answer(row, [&] {
      return serialize_keras_object(deserialize_keras_object(config),
                                    [](const Tensor& t) { return write_tensor(t); });
    });
  }
  EXPECT_GT(roundtrips, 30);
  EXPECT_GT(refused, 10);
}

json::Value special(const char* name, json::Object config) {
  return json::Object{{"class_name", name}, {"config", std::move(config)}};
}

std::string error_of(const json::Value& config) {
  try {
    deserialize_keras_object(config);
  } catch (const Error& error) {
    return std::string(error_kind_name(error.kind())) + ": " + error.what();
  }
  return "nothing";
}

TEST(Records, SpecialFormsNameWhatIsMissing) {
  EXPECT_EQ(error_of(special("__tensor__", {{"value", 1}})), "KeyError: 'dtype'");
  EXPECT_EQ(error_of(special("__numpy__", {{"dtype", "float32"}})), "KeyError: 'value'");
  EXPECT_EQ(error_of(special("__slice__", {{"start", 1}})), "KeyError: 'stop'");
  EXPECT_EQ(error_of(special("__keras_tensor__", {{"dtype", "float32"}})), "KeyError: 'shape'");
}

TEST(Records, HostileArraysAreRefused) {
  const auto array = [](json::Value value, const char* dtype = "float32") {
    return special("__tensor__", {{"value", std::move(value)}, {"dtype", dtype}});
  };
  EXPECT_TRUE(
      error_of(array(json::Array{json::Array{1}, json::Array{1, 2}})).starts_with("ValueError"));
  EXPECT_TRUE(error_of(array(json::Array{json::Array{1}, 2})).starts_with("ValueError"));
  EXPECT_TRUE(error_of(array(json::Array{1, json::Array{2}})).starts_with("ValueError"));
  EXPECT_TRUE(error_of(array("text")).starts_with("TypeError"));
  EXPECT_TRUE(error_of(array(json::Object{})).starts_with("TypeError"));
  EXPECT_TRUE(error_of(array(1, "floaty")).starts_with("ValueError: Invalid dtype: floaty"));
  EXPECT_TRUE(error_of(array("x", "int32")).starts_with("TypeError"));
  // An empty array is still an array.
  EXPECT_EQ(deserialize_keras_object(array(json::Array{})).as_tensor().shape(), (Shape{0}));
  EXPECT_EQ(deserialize_keras_object(array(json::Array{json::Array{}, json::Array{}}))
                .as_tensor()
                .shape(),
            (Shape{2, 0}));
  EXPECT_EQ(
      deserialize_keras_object(array(json::Array{json::Array{"a"}, json::Array{"b"}}, "string"))
          .as_tensor()
          .string_data()[1],
      "b");
}

TEST(Records, LargeIntegersStayExact) {
  const json::Value form = special(
      "__numpy__", {{"value", json::Array{(int64_t{1} << 53) + 1, -((int64_t{1} << 62) + 3)}},
                    {"dtype", "int64"}});
  EXPECT_EQ(json::write(serialize_keras_object(deserialize_keras_object(form))), json::write(form));
}

TEST(Records, EveryWrongTypeIsAnErrorNotACrash) {
  testing::register_families();
  const std::vector<json::Value> values = {nullptr,
                                           true,
                                           1,
                                           -1,
                                           1.5,
                                           "x",
                                           "",
                                           json::Array{},
                                           json::Array{1, "a", nullptr},
                                           json::Object{},
                                           json::Object{{"class_name", 3}, {"config", 4}}};
  const json::Value good = json::Object{{"module", "keras.initializers"},
                                        {"class_name", "RandomNormal"},
                                        {"config", json::Object{{"mean", 0.0}, {"seed", 1}}},
                                        {"registered_name", nullptr}};
  for (const json::Value& value : values) {
    for (const char* key : {"module", "class_name", "config", "registered_name", "build_config",
                            "compile_config", "shared_object_id"}) {
      json::Object changed = good.as_object();
      changed.set(key, value);
      try {
        deserialize_keras_object(json::Value(changed));
      } catch (const Error&) {
      }
    }
    for (const char* name :
         {"__tensor__", "__numpy__", "__slice__", "__bytes__", "__ellipsis__", "__lambda__",
          "__keras_tensor__", "__typespec__", "function", "GlorotUniform"}) {
      for (const char* key : {"value", "dtype", "shape", "start", "keras_history"}) {
        json::Object config{
            {"value", 1}, {"dtype", "float32"}, {"shape", json::Array{1}}, {"start", 1}};
        config.set(key, value);
        try {
          deserialize_keras_object(special(name, std::move(config)));
        } catch (const Error&) {
        }
      }
      try {
        deserialize_keras_object(json::Object{{"class_name", name}, {"config", value}});
      } catch (const Error&) {
      }
    }
  }
}

TEST(Records, TheConfigIsNotChanged) {
  testing::register_families();
  const json::Value config =
      json::Object{{"module", "keras.constraints"},
                   {"class_name", "MinMaxNorm"},
                   {"config", json::Object{{"rate", 1}, {"axis", json::Array{0}}}},
                   {"registered_name", nullptr}};
  const json::Value before = config;
  deserialize_keras_object(config);
  deserialize_keras_object(config);
  EXPECT_EQ(json::write(config), json::write(before));
}

}  // namespace
}  // namespace keras
