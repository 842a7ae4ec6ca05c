#include "kernels/softmax.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "testing/exact_rows.h"
#include "testing/naive_kernels.h"

namespace keras::kernels {
namespace {

using testing::Floats;

TEST(Softmax, AnswersAsKerasDoes) {
  const int rows = testing::for_each_row("kernels/softmax.json", [](const testing::Row& row) {
    const Floats x = row.input(0);
    const std::vector<int64_t> shape = row.shape();
    Floats y(x.size());
    if (row.name == "softmax") softmax(x.data(), y.data(), shape[0], shape[1]);
    if (row.name == "log_softmax") log_softmax(x.data(), y.data(), shape[0], shape[1]);
    if (row.name == "softmax_axis_0") softmax(x.data(), y.data(), 1, shape[0], shape[1]);
    if (row.name == "log_softmax_axis_0") log_softmax(x.data(), y.data(), 1, shape[0], shape[1]);
    if (row.name == "masked_softmax") {
      const std::vector<uint8_t> mask = testing::integers_of<uint8_t>(row.inputs->at(1));
      masked_softmax(x.data(), mask.data(), shape[0], 1, y.data(), shape[0], shape[1]);
    }
    const Floats expected = row.output();
    for (size_t i = 0; i < y.size(); ++i) {
      if (std::isinf(expected[i])) {
        EXPECT_EQ(y[i], expected[i]) << row.name;
      } else {
        EXPECT_NEAR(y[i], expected[i], 3e-7 * std::max(1.f, std::fabs(expected[i])))
            << row.name << " at " << i;
      }
    }
  });
  EXPECT_EQ(rows, 5);
}

TEST(Softmax, MatchesTheDefinitionForEverySizeAroundTheVector) {
  for (int64_t size = 1; size <= 19; ++size) {
    for (int64_t inner : {1, 2, 3, 4, 5, 9}) {
      const Floats x = testing::random_floats(3 * size * inner, 4);
      Floats expected(x.size()), expected_log(x.size()), y(x.size());
      for (int64_t line = 0; line < 3 * inner; ++line) {
        const int64_t first = line / inner * size * inner + line % inner;
        double sum = 0;
        for (int64_t i = 0; i < size; ++i)
          sum += std::exp(double(x[static_cast<size_t>(first + i * inner)]));
        for (int64_t i = 0; i < size; ++i) {
          const size_t at = static_cast<size_t>(first + i * inner);
          expected[at] = static_cast<float>(std::exp(double(x[at])) / sum);
          expected_log[at] = static_cast<float>(double(x[at]) - std::log(sum));
        }
      }
      softmax(x.data(), y.data(), 3, size, inner);
      ASSERT_LT(testing::relative_error(y, expected), 3e-7) << size << ", " << inner;
      log_softmax(x.data(), y.data(), 3, size, inner);
      for (size_t i = 0; i < y.size(); ++i)
        ASSERT_NEAR(y[i], expected_log[i], 1e-6) << size << ", " << inner;
      y = x;
      softmax(y.data(), y.data(), 3, size, inner);
      ASSERT_LT(testing::relative_error(y, expected), 3e-7) << "in place";
    }
  }
}

TEST(Softmax, OfARowWithNanIsNan) {
  for (int64_t size : {1, 3, 4, 17, 40}) {
    for (int64_t at = 0; at < size; ++at) {
      Floats x = testing::random_floats(size, 5), y(x.size());
      x[static_cast<size_t>(at)] = NAN;
      softmax(x.data(), y.data(), 1, size);
      for (float value : y) ASSERT_TRUE(std::isnan(value)) << size << ", " << at;
      log_softmax(x.data(), y.data(), 1, size);
      for (float value : y) ASSERT_TRUE(std::isnan(value)) << size << ", " << at;
      softmax(x.data(), y.data(), 1, 1, size);
      for (int64_t i = 0; i < size; ++i) ASSERT_EQ(std::isnan(y[static_cast<size_t>(i)]), i == at);
    }
  }
}

TEST(Softmax, RepeatsTheRowsOfAMask) {
  const Floats x(12, 0.f);
  const std::vector<uint8_t> mask = {1, 0, 1, 1};
  Floats y(12);
  masked_softmax(x.data(), mask.data(), 2, 3, y.data(), 6, 2);
  EXPECT_EQ(y, (Floats{1, 0, 1, 0, 1, 0, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f}));
}

}  // namespace
}  // namespace keras::kernels
