#include "kernels/reduce.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "kernels/scan.h"
#include "kernels/sort.h"
#include "testing/exact_rows.h"
#include "testing/naive_kernels.h"

namespace keras::kernels {
namespace {

using testing::Floats;

const std::map<std::string, Reduce> kReduce = {
    {"sum", Reduce::kSum},   {"mean", Reduce::kMean},
    {"prod", Reduce::kProd}, {"max", Reduce::kMax},
    {"min", Reduce::kMin},   {"var", Reduce::kVariance},
    {"std", Reduce::kStd},   {"logsumexp", Reduce::kLogSumExp},
};

TEST(Reduce, AnswersAsKerasDoesAtEveryEdge) {
  const int rows = testing::for_each_row("kernels/reduce.json", [](const testing::Row& row) {
    const std::string name = row.name.substr(0, row.name.find('/'));
    const Floats x = row.input(0);
    const std::vector<int64_t> shape = row.shape();
    if (name.starts_with("arg")) {
      std::vector<int32_t> y(static_cast<size_t>(shape[0]));
      (name == "argmax" ? argmax<float> : argmin<float>)(x.data(), y.data(), shape[0], shape[1], 1);
      EXPECT_EQ(y, testing::integers_of(row.outputs->at(0))) << row.name;
      return;
    }
    const int axis = static_cast<int>(row.number("axis"));
    const Reduction by = reduction(shape, std::vector<int>{axis});
    Floats y(static_cast<size_t>(by.outputs));
    reduce(kReduce.at(name), x.data(), y.data(), by);
    const Floats expected = row.output();
    ASSERT_EQ(y.size(), expected.size());
    for (size_t i = 0; i < y.size(); ++i) {
      EXPECT_LE(testing::ulps_between(y[i], expected[i]), 2)
          << row.name << " axis " << axis << ": " << y[i] << " for " << expected[i];
    }
  });
  EXPECT_EQ(rows, 54);
}

// The values that contribute to each result, in float64.
std::vector<std::vector<double>> groups(const Floats& x, const Dims& shape,
                                        const std::vector<int>& axes) {
  Dims kept;
  std::vector<bool> is_reduced(static_cast<size_t>(shape.rank()));
  for (int axis : axes) is_reduced[static_cast<size_t>(axis)] = true;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (!is_reduced[static_cast<size_t>(axis)]) kept.push_back(shape[axis]);
  }
  std::vector<std::vector<double>> result(static_cast<size_t>(kept.count()));
  for (int64_t at = 0; at < shape.count(); ++at) {
    int64_t rest = at, place = 0, stride = 1;
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
      if (!is_reduced[static_cast<size_t>(axis)]) {
        place += rest % shape[axis] * stride;
        stride *= shape[axis];
      }
      rest /= shape[axis];
    }
    result[static_cast<size_t>(place)].push_back(x[static_cast<size_t>(at)]);
  }
  return result;
}

double naive(Reduce op, const std::vector<double>& values) {
  double sum = 0, product = 1, squares = 0, magnitudes = 0, exponentials = 0, largest = -INFINITY,
         smallest = INFINITY;
  for (double v : values) {
    sum += v, product *= v, squares += v * v, magnitudes += std::fabs(v),
        exponentials += std::exp(v);
    largest = std::max(largest, v), smallest = std::min(smallest, v);
  }
  const double n = static_cast<double>(values.size()), mean = sum / n;
  double deviations = 0;
  for (double v : values) deviations += (v - mean) * (v - mean);
  switch (op) {
    case Reduce::kSum:
      return sum;
    case Reduce::kMean:
      return mean;
    case Reduce::kProd:
      return product;
    case Reduce::kMax:
      return largest;
    case Reduce::kMin:
      return smallest;
    case Reduce::kVariance:
      return deviations / n;
    case Reduce::kStd:
      return std::sqrt(deviations / n);
    case Reduce::kLogSumExp:
      return std::log(exponentials);
    case Reduce::kSumSquares:
      return squares;
    case Reduce::kL2Norm:
      return std::sqrt(squares);
    case Reduce::kSumAbs:
      return magnitudes;
  }
  return NAN;
}

TEST(Reduce, MatchesTheDefinitionOverEverySetOfAxes) {
  const std::vector<Dims> shapes = {{7},        {3, 33},       {33, 3},  {2, 3, 4},
                                    {5, 1, 19}, {2, 35, 3, 6}, {130, 5}, {2, 2, 3, 2, 5}};
  for (const Dims& shape : shapes) {
    const Floats x = testing::random_floats(shape.count(), 3);
    for (int set = 0; set < 1 << shape.rank(); ++set) {
      std::vector<int> axes;
      for (int axis = 0; axis < shape.rank(); ++axis) {
        if (set >> axis & 1) axes.push_back(axis);
      }
      const auto expected = groups(x, shape, axes);
      const Reduction by = reduction(shape, axes);
      ASSERT_EQ(by.outputs, static_cast<int64_t>(expected.size()));
      for (int op = 0; op <= static_cast<int>(Reduce::kSumAbs); ++op) {
        Floats y(expected.size());
        reduce(static_cast<Reduce>(op), x.data(), y.data(), by);
        for (size_t i = 0; i < y.size(); ++i) {
          const double value = naive(static_cast<Reduce>(op), expected[i]);
          // Sums of n terms below 1: rounding errors grow with n, and the root of a variance near 0
          // magnifies them.
          const double tolerance =
              1e-7 * static_cast<double>(by.count) + 1e-6 * std::fabs(value) + 1e-6;
          ASSERT_NEAR(y[i], value, tolerance)
              << "reduction " << op << " over set " << set << " of rank " << shape.rank();
        }
      }
    }
  }
}

TEST(Reduce, KeepsLongSumsExact) {
  const int64_t n = 3000001;
  const Floats x(static_cast<size_t>(n), 0.1f);
  float y;
  reduce(Reduce::kMean, x.data(), &y, reduction({n}, std::vector<int>{0}));
  EXPECT_NEAR(y, 0.1f, 1e-7);
  Floats columns(3);
  reduce(Reduce::kMean, x.data(), columns.data(), reduction({n / 3, 3}, std::vector<int>{0}));
  for (float value : columns) EXPECT_NEAR(value, 0.1f, 1e-7);
}

TEST(Reduce, OfNothing) {
  float y = 5.f;
  const Reduction by = reduction({0}, std::vector<int>{0});
  reduce(Reduce::kSum, nullptr, &y, by);
  EXPECT_EQ(y, 0.f);
  reduce(Reduce::kProd, nullptr, &y, by);
  EXPECT_EQ(y, 1.f);
  reduce(Reduce::kMax, nullptr, &y, by);
  EXPECT_EQ(y, -INFINITY);
  reduce(Reduce::kMean, nullptr, &y, by);
  EXPECT_TRUE(std::isnan(y));
  Floats columns(3, 5.f);
  reduce(Reduce::kSum, nullptr, columns.data(), reduction({0, 3}, std::vector<int>{0}));
  EXPECT_EQ(columns, Floats(3, 0.f));
}

TEST(ReduceInteger, WrapsAndFindsExtremes) {
  const std::vector<int32_t> x = {2147483647, 1, -5, 4, 0, 9};
  const Reduction rows = reduction({2, 3}, std::vector<int>{1}),
                  columns = reduction({2, 3}, std::vector<int>{0});
  std::vector<int32_t> y(2), z(3);
  reduce_integer(Reduce::kSum, x.data(), y.data(), rows);
  EXPECT_EQ(y, (std::vector<int32_t>{2147483643, 13}));
  reduce_integer(Reduce::kSum, x.data(), z.data(), columns);
  EXPECT_EQ(z, (std::vector<int32_t>{-2147483645, 1, 4}));
  reduce_integer(Reduce::kMin, x.data(), y.data(), rows);
  EXPECT_EQ(y, (std::vector<int32_t>{-5, 0}));
  reduce_integer(Reduce::kMax, x.data(), z.data(), columns);
  EXPECT_EQ(z, (std::vector<int32_t>{2147483647, 1, 9}));
  argmax(x.data(), z.data(), 1, 2, 3);
  EXPECT_EQ(z, (std::vector<int32_t>{0, 0, 1}));
}

TEST(ReduceBool, AnyAndAll) {
  const std::vector<uint8_t> x = {0, 1, 0, 0, 1, 1};
  std::vector<uint8_t> any(3), all(3);
  const Reduction columns = reduction({2, 3}, std::vector<int>{0});
  reduce_any(x.data(), any.data(), columns);
  reduce_all(x.data(), all.data(), columns);
  EXPECT_EQ(any, (std::vector<uint8_t>{0, 1, 1}));
  EXPECT_EQ(all, (std::vector<uint8_t>{0, 1, 0}));
}

TEST(Sort, OrdersAsKerasDoes) {
  testing::for_each_row("kernels/order.json", [](const testing::Row& row) {
    const std::vector<int64_t> shape = row.shape();
    const int64_t k = static_cast<int64_t>(row.number("k", static_cast<double>(shape[1])));
    std::vector<uint64_t> order(static_cast<size_t>(shape[1]));
    std::vector<int32_t> indices(static_cast<size_t>(shape[0] * k));
    if (row.name == "top_k_integers") {
      const std::vector<int32_t> x = testing::integers_of(row.inputs->at(0));
      std::vector<int32_t> values(indices.size());
      top_k(x.data(), values.data(), indices.data(), shape[0], shape[1], k, order.data());
      EXPECT_EQ(values, testing::integers_of(row.outputs->at(0)));
    } else {
      const Floats x = row.input(0);
      Floats values(indices.size());
      if (row.name == "sort") {
        sort_rows(x.data(), values.data(), indices.data(), shape[0], shape[1], order.data());
      } else {
        top_k(x.data(), values.data(), indices.data(), shape[0], shape[1], k, order.data());
      }
      EXPECT_EQ(testing::relative_error(values, row.output()), 0.0);
    }
    EXPECT_EQ(indices, testing::integers_of(row.outputs->at(1))) << row.name;
  });
}

TEST(Scan, AddsAndMultipliesAlongAnAxis) {
  const std::vector<int32_t> x = {1, 2, 3, 4, 5, 6};
  std::vector<int32_t> y(6);
  cumsum(x.data(), y.data(), 1, 3, 2);
  EXPECT_EQ(y, (std::vector<int32_t>{1, 2, 4, 6, 9, 12}));
  cumprod(x.data(), y.data(), 2, 3, 1);
  EXPECT_EQ(y, (std::vector<int32_t>{1, 2, 6, 4, 20, 120}));
  cumsum(x.data(), y.data(), 2, 3, 1, true);
  EXPECT_EQ(y, (std::vector<int32_t>{6, 5, 3, 15, 11, 6}));
}

}  // namespace
}  // namespace keras::kernels
