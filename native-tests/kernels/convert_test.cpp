#include "kernels/convert.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <vector>

#include "testing/exact_rows.h"

namespace keras::kernels {
namespace {

template <class From, class To>
void expect_converted(const std::vector<From>& x, const testing::Row& row) {
  std::vector<To> y(x.size());
  convert(x.data(), y.data(), static_cast<int64_t>(x.size()));
  EXPECT_EQ(y, testing::integers_of<To>(row.outputs->at(0))) << row.name;
}

template <class From>
void expect_integer(const std::vector<From>& x, const std::string& to, const testing::Row& row) {
  if (to == "int8") return expect_converted<From, int8_t>(x, row);
  if (to == "uint8") return expect_converted<From, uint8_t>(x, row);
  if (to == "int16") return expect_converted<From, int16_t>(x, row);
  if (to == "uint16") return expect_converted<From, uint16_t>(x, row);
  if (to == "int32") return expect_converted<From, int32_t>(x, row);
  if (to == "uint32") return expect_converted<From, uint32_t>(x, row);
  if (to == "bool") {
    std::vector<uint8_t> y(x.size());
    convert_to_bool(x.data(), y.data(), static_cast<int64_t>(x.size()));
    EXPECT_EQ(y, testing::integers_of<uint8_t>(row.outputs->at(0)));
    return;
  }
  FAIL() << to;
}

TEST(Convert, CastsAsKerasDoes) {
  const int rows = testing::for_each_row("kernels/convert.json", [](const testing::Row& row) {
    const size_t arrow = row.name.find("->");
    const std::string from = row.name.substr(0, arrow), to = row.name.substr(arrow + 2);
    if (from == "int32") {
      const std::vector<int32_t> x = testing::integers_of(row.inputs->at(0));
      if (to != "float32") return expect_integer(x, to, row);
      std::vector<float> y(x.size());
      convert(x.data(), y.data(), static_cast<int64_t>(x.size()));
      EXPECT_EQ(y, row.output());
      return;
    }
    const std::vector<float> x = row.input(0);
    if (to != "float16" && to != "bfloat16") return expect_integer(x, to, row);
    const int64_t n = static_cast<int64_t>(x.size());
    std::vector<uint16_t> stored(x.size());
    std::vector<float> back(x.size()), rounded(x.size());
    if (to == "bfloat16") {
      float_to_bfloat16(x.data(), stored.data(), n);
      bfloat16_to_float(stored.data(), back.data(), n);
      round_to_bfloat16(x.data(), rounded.data(), n);
    } else {
      float_to_float16(x.data(), stored.data(), n);
      float16_to_float(stored.data(), back.data(), n);
      round_to_float16(x.data(), rounded.data(), n);
    }
    const std::vector<uint16_t> expected_bits = testing::integers_of<uint16_t>(row.outputs->at(0));
    const std::vector<float> expected = row.output(1);
    for (size_t i = 0; i < x.size(); ++i) {
      EXPECT_EQ(testing::ulps_between(back[i], expected[i]), 0) << to << " of " << x[i];
      EXPECT_EQ(testing::ulps_between(rounded[i], expected[i]), 0) << to << " of " << x[i];
      if (std::isnan(x[i])) continue;  // its payload is unspecified
      EXPECT_EQ(stored[i], expected_bits[i]) << to << " of " << x[i];
    }
  });
  EXPECT_EQ(rows, 16);
}

TEST(Convert, RoundTripsEveryHalf) {
  for (uint32_t bits = 0; bits < 0x10000u; ++bits) {
    const uint16_t half = static_cast<uint16_t>(bits);
    const float wide = float16_to_float(half), brain = bfloat16_to_float(half);
    ASSERT_TRUE(std::isnan(wide) || float_to_float16(wide) == half) << half;
    ASSERT_TRUE(std::isnan(brain) || float_to_bfloat16(brain) == half) << half;
    ASSERT_EQ(std::isnan(wide), (half & 0x7FFFu) > 0x7C00u);
    ASSERT_EQ(std::isnan(brain), (half & 0x7FFFu) > 0x7F80u);
  }
}

}  // namespace
}  // namespace keras::kernels
