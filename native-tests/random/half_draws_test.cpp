// Draws of float16 and bfloat16 against Keras (tools/fixtures/make_half_draws.py).
#include "random/half_draws.h"

#include <gtest/gtest.h>

#include "initializers/initializer.h"
#include "random/seed_generator.h"
#include "testing/exact_rows.h"

namespace keras {
namespace {

using random::Half;

TEST(HalfDraws, AreTheValuesOfKeras) {
  const json::Value fixture = testing::read_rows("random/half_draws.json");
  for (const json::Value& row : fixture.find("draws")->as_array()) {
    const std::string& name = row.find("function")->as_string();
    const std::string& dtype = row.find("dtype")->as_string();
    SCOPED_TRACE(name + " " + dtype);
    const auto& arguments = row.find("arguments")->as_array();
    const std::vector<float> expected = testing::floats_of(*row.find("values"));
    const auto draw = name == "uniform"  ? random::half_uniform
                      : name == "normal" ? random::half_normal
                                         : random::half_truncated_normal;
    std::vector<float> values(expected.size());
    draw(random::half_of(parse_dtype(dtype)).value(),
         random::key_of_seed(static_cast<uint64_t>(row.find("seed")->as_int())),
         static_cast<float>(arguments[0].as_double()), static_cast<float>(arguments[1].as_double()),
         values.data(), static_cast<int64_t>(values.size()));
    EXPECT_EQ(values, expected);
  }
}

TEST(HalfDraws, GiveInitializersTheValuesOfKeras) {
  const json::Value fixture = testing::read_rows("random/half_draws.json");
  for (const json::Value& row : fixture.find("initializers")->as_array()) {
    const std::string& name = row.find("class_name")->as_string();
    const DType dtype = parse_dtype(row.find("dtype")->as_string());
    SCOPED_TRACE(name + " " + std::string(dtype_name(dtype)));
    const InitializerPtr initializer = get_initializer(json::Object{
        {"class_name", name}, {"config", json::Object{{"seed", row.find("seed")->as_int()}}}});
    const Tensor values = (*initializer)({5, 3}, dtype);
    const std::vector<float> expected = testing::floats_of(*row.find("values"));
    ASSERT_EQ(values.dtype(), dtype);
    for (size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(values.item(static_cast<int64_t>(i)), static_cast<double>(expected[i])) << i;
    }
  }
}

}  // namespace
}  // namespace keras
