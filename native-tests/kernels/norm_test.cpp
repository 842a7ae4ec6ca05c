#include "kernels/norm.h"

#include <gtest/gtest.h>

#include <cmath>

#include "testing/exact_rows.h"
#include "testing/naive_kernels.h"

namespace keras::kernels {
namespace {

using testing::Floats;

TEST(Norm, AnswersAsKerasDoes) {
  const int rows = testing::for_each_row("kernels/norm.json", [](const testing::Row& row) {
    const Floats x = row.input(0);
    const std::vector<int64_t> shape = row.shape();
    const int64_t lines = shape[0] * shape[1], channels = shape[2];
    const float epsilon = static_cast<float>(row.number("epsilon"));
    Floats y(x.size());
    if (row.name == "layer_norm") {
      layer_norm(x.data(), y.data(), lines, channels, epsilon, row.input(1).data(),
                 row.input(2).data());
    } else if (row.name == "rms_norm") {
      rms_norm(x.data(), y.data(), lines, channels, epsilon, row.input(1).data());
    } else if (row.name == "unit_norm") {
      unit_norm(x.data(), y.data(), lines, channels, epsilon);
    } else if (row.name == "group_norm") {
      const int64_t groups = static_cast<int64_t>(row.number("groups"));
      group_norm(x.data(), y.data(), shape[0], shape[1], channels, groups, epsilon,
                 row.input(1).data(), row.input(2).data());
    } else {
      ASSERT_EQ(row.name, "batch_norm");
      Floats scale(static_cast<size_t>(channels)), shift(scale.size());
      batch_norm_scale_shift(row.input(3).data(), row.input(4).data(), row.input(1).data(),
                             row.input(2).data(), epsilon, channels, scale.data(), shift.data());
      scale_shift(x.data(), y.data(), lines, channels, scale.data(), shift.data());
    }
    EXPECT_LT(testing::relative_error(y, row.output()), 2e-6) << row.name;
  });
  EXPECT_EQ(rows, 7);
}

TEST(LayerNorm, MatchesTheDefinitionForEverySizeAroundTheVector) {
  for (int64_t size = 1; size <= 37; ++size) {
    const Floats x = testing::random_floats(3 * size, 5), gamma = testing::random_floats(size, 6);
    Floats expected(x.size()), y(x.size());
    for (int64_t row = 0; row < 3; ++row) {
      const float* line = x.data() + row * size;
      double mean = 0, variance = 0;
      for (int64_t i = 0; i < size; ++i) mean += line[i] / double(size);
      for (int64_t i = 0; i < size; ++i)
        variance += (line[i] - mean) * (line[i] - mean) / double(size);
      for (int64_t i = 0; i < size; ++i) {
        const size_t at = static_cast<size_t>(i);
        expected[static_cast<size_t>(row * size + i)] =
            static_cast<float>((line[i] - mean) / std::sqrt(variance + 1e-3) * gamma[at]);
      }
    }
    layer_norm(x.data(), y.data(), 3, size, 1e-3f, gamma.data(), nullptr);
    if (size == 1) {
      EXPECT_EQ(y, Floats(3, 0.f));
    } else {
      ASSERT_LT(testing::relative_error(y, expected), 2e-6) << size;
    }
  }
}

}  // namespace
}  // namespace keras::kernels
