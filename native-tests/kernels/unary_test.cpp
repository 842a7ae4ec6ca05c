#include "kernels/unary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include "testing/activation_defaults.h"
#include "testing/exact_rows.h"
#include "testing/naive_kernels.h"

namespace keras::kernels {
namespace {

using testing::default_params;
using testing::Floats;

const std::map<std::string, Unary>& by_name() {
  static const std::map<std::string, Unary> names = {
      {"abs", Unary::kAbs},
      {"negative", Unary::kNegative},
      {"sign", Unary::kSign},
      {"square", Unary::kSquare},
      {"sqrt", Unary::kSqrt},
      {"rsqrt", Unary::kRsqrt},
      {"reciprocal", Unary::kReciprocal},
      {"floor", Unary::kFloor},
      {"ceil", Unary::kCeil},
      {"round", Unary::kRound},
      {"trunc", Unary::kTrunc},
      {"exp", Unary::kExp},
      {"exp2", Unary::kExp2},
      {"expm1", Unary::kExpm1},
      {"log", Unary::kLog},
      {"log1p", Unary::kLog1p},
      {"log2", Unary::kLog2},
      {"log10", Unary::kLog10},
      {"sin", Unary::kSin},
      {"cos", Unary::kCos},
      {"tan", Unary::kTan},
      {"arcsin", Unary::kArcsin},
      {"arccos", Unary::kArccos},
      {"arctan", Unary::kArctan},
      {"sinh", Unary::kSinh},
      {"cosh", Unary::kCosh},
      {"tanh", Unary::kTanh},
      {"arcsinh", Unary::kArcsinh},
      {"arccosh", Unary::kArccosh},
      {"arctanh", Unary::kArctanh},
      {"erf", Unary::kErf},
      {"erfinv", Unary::kErfinv},
      {"sigmoid", Unary::kSigmoid},
      {"log_sigmoid", Unary::kLogSigmoid},
      {"hard_sigmoid", Unary::kHardSigmoid},
      {"sparse_sigmoid", Unary::kSparseSigmoid},
      {"relu", Unary::kRelu},
      {"relu6", Unary::kRelu6},
      {"relu_general", Unary::kReluGeneral},
      {"leaky_relu", Unary::kLeakyRelu},
      {"elu", Unary::kElu},
      {"celu", Unary::kCelu},
      {"selu", Unary::kSelu},
      {"gelu", Unary::kGelu},
      {"gelu_tanh", Unary::kGeluTanh},
      {"silu", Unary::kSilu},
      {"hard_silu", Unary::kHardSilu},
      {"hard_tanh", Unary::kHardTanh},
      {"tanh_shrink", Unary::kTanhShrink},
      {"softplus", Unary::kSoftplus},
      {"softsign", Unary::kSoftsign},
      {"mish", Unary::kMish},
      {"sparse_plus", Unary::kSparsePlus},
      {"squareplus", Unary::kSquareplus},
      {"hard_shrink", Unary::kHardShrink},
      {"soft_shrink", Unary::kSoftShrink},
      {"threshold", Unary::kThreshold},
      {"clip", Unary::kClip},
  };
  return names;
}

const std::map<std::string, Predicate> kPredicates = {{"isnan", Predicate::kIsNan},
                                                      {"isinf", Predicate::kIsInf},
                                                      {"isfinite", Predicate::kIsFinite},
                                                      {"signbit", Predicate::kSignbit}};

TEST(Unary, AnswersAsKerasDoesAtEveryEdge) {
  const int rows = testing::for_each_row("kernels/unary.json", [](const testing::Row& row) {
    const Floats x = row.input(0);
    const int64_t n = static_cast<int64_t>(x.size());
    if (kPredicates.contains(row.name)) {
      std::vector<uint8_t> y(x.size());
      predicate(kPredicates.at(row.name), x.data(), y.data(), n);
      EXPECT_EQ(y, testing::integers_of<uint8_t>(row.outputs->at(0))) << row.name;
      return;
    }
    ASSERT_TRUE(by_name().contains(row.name)) << row.name;
    const Unary op = by_name().at(row.name);
    UnaryParams params = default_params(op);
    params.a = static_cast<float>(row.number("a", params.a));
    params.b = static_cast<float>(row.number("b", params.b));
    params.c = static_cast<float>(row.number("c", params.c));
    Floats y(x.size());
    unary(op, x.data(), y.data(), n, params);
    const Floats expected = row.output();
    // JAX itself is off by 2e-6 at 2^100, because it multiplies by ln(2) first.
    const double relative = row.name == "exp2" ? 4e-6 : 2e-6;
    for (size_t i = 0; i < x.size(); ++i) {
      if (std::isnan(expected[i]) || std::isinf(expected[i])) {
        EXPECT_EQ(testing::ulps_between(y[i], expected[i]), 0)
            << row.name << "(" << x[i] << ") = " << y[i];
      } else {
        EXPECT_NEAR(y[i], expected[i], relative * std::fabs(expected[i]) + 2e-7)
            << row.name << "(" << x[i] << ")";
      }
    }
  });
  EXPECT_EQ(rows, 68);
}

TEST(Unary, DoesNotDependOnThePosition) {
  for (const auto& [name, op] : by_name()) {
    const UnaryParams params = default_params(op);
    const Floats x = testing::random_floats(23, 1);
    Floats whole(x.size());
    unary(op, x.data(), whole.data(), 23, params);
    for (int64_t start = 0; start < 23; ++start) {
      for (int64_t n : {int64_t{1}, int64_t{3}, 23 - start}) {
        if (start + n > 23) continue;
        Floats part(static_cast<size_t>(n));
        unary(op, x.data() + start, part.data(), n, params);
        for (int64_t i = 0; i < n; ++i) {
          const size_t at = static_cast<size_t>(i);
          ASSERT_EQ(testing::ulps_between(part[at], whole[static_cast<size_t>(start + i)]), 0)
              << name << " from " << start;
        }
      }
    }
  }
}

TEST(Unary, WorksInPlace) {
  for (const auto& [name, op] : by_name()) {
    const UnaryParams params = default_params(op);
    const Floats x = testing::random_floats(11, 2);
    Floats y(x.size()), same = x;
    unary(op, x.data(), y.data(), 11, params);
    unary(op, same.data(), same.data(), 11, params);
    EXPECT_EQ(testing::relative_error(same, y), 0.0) << name;
  }
}

TEST(UnaryInteger, WrapsAsXlaDoes) {
  const std::vector<int32_t> x = {std::numeric_limits<int32_t>::min(), -3, 0, 5, 65536};
  std::vector<int32_t> y(x.size());
  unary_integer(Unary::kAbs, x.data(), y.data(), 5);
  EXPECT_EQ(y, (std::vector<int32_t>{std::numeric_limits<int32_t>::min(), 3, 0, 5, 65536}));
  unary_integer(Unary::kNegative, x.data(), y.data(), 5);
  EXPECT_EQ(y, (std::vector<int32_t>{std::numeric_limits<int32_t>::min(), 3, 0, -5, -65536}));
  unary_integer(Unary::kSquare, x.data(), y.data(), 5);
  EXPECT_EQ(y, (std::vector<int32_t>{0, 9, 0, 25, 0}));
  unary_integer(Unary::kSign, x.data(), y.data(), 5);
  EXPECT_EQ(y, (std::vector<int32_t>{-1, -1, 0, 1, 1}));
}

}  // namespace
}  // namespace keras::kernels
