#include "kernels/gemm.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "testing/activation_defaults.h"
#include "testing/naive_kernels.h"

namespace keras::kernels {
namespace {

using testing::default_params;
using testing::Floats;
using testing::magnitudes;
using testing::naive_gemm;
using testing::random_floats;
using testing::relative_error;
using testing::sum_error;

Floats packed(const Floats& b, int64_t ldb, int64_t k, int64_t n) {
  Floats result(static_cast<size_t>(packed_b_floats(k, n)));
  pack_b(b.data(), ldb, k, n, result.data());
  return result;
}

// All numbers of rows and columns around the tile, and depths around the block of k.
TEST(Gemm, MatchesTheDefinitionForEverySizeAroundTheTile) {
  for (int64_t m : {1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 95, 97, 193}) {
    for (int64_t n = 1; n <= 18; ++n) {
      for (int64_t k : {1, 2, 3, 4, 5, 7, 64, 511, 512, 513, 1025}) {
        if (m * k > 50000) continue;
        SCOPED_TRACE(std::to_string(m) + "x" + std::to_string(n) + "x" + std::to_string(k));
        const int64_t lda = k + 3, ldb = n + 2, ldc = n + 1;
        const Floats a = random_floats(m * lda, 1), b = random_floats(k * ldb, 2);
        Floats c(static_cast<size_t>(m * ldc), 77.f);
        gemm(a.data(), lda, packed(b, ldb, k, n).data(), c.data(), ldc, m, n, k);
        const Floats expected = naive_gemm(a.data(), lda, b.data(), ldb, m, n, k);
        Floats actual;
        for (int64_t i = 0; i < m; ++i) {
          for (int64_t j = 0; j < n; ++j) actual.push_back(c[static_cast<size_t>(i * ldc + j)]);
          EXPECT_EQ(c[static_cast<size_t>(i * ldc + n)], 77.f) << "wrote past the end of a row";
        }
        const Floats scale =
            naive_gemm(magnitudes(a).data(), lda, magnitudes(b).data(), ldb, m, n, k);
        ASSERT_LT(sum_error(actual, expected, scale), 4e-7);
      }
    }
  }
}

TEST(Gemm, PackingScalesColumns) {
  for (int64_t n = 1; n <= 35; ++n) {
    for (int64_t k : {1, 63, 64, 65, 130}) {
      SCOPED_TRACE(std::to_string(n) + "x" + std::to_string(k));
      const int64_t ldb = n + 3;
      const Floats b = random_floats(k * ldb, 1), scale = random_floats(n, 2);
      Floats product = b;
      for (int64_t i = 0; i < k; ++i) {
        for (int64_t j = 0; j < n; ++j)
          product[static_cast<size_t>(i * ldb + j)] *= scale[static_cast<size_t>(j)];
      }
      Floats result(static_cast<size_t>(packed_b_floats(k, n)));
      pack_b(b.data(), ldb, k, n, result.data(), scale.data());
      ASSERT_EQ(result, packed(product, ldb, k, n));
    }
  }
}

enum class Residual { kNone, kElsewhere, kDestination };

// A product into a C with wider rows, with every part of an epilogue.
void expect_epilogue(int64_t m, int64_t n, int64_t k, Unary activation, Residual residual) {
  const int64_t ldc = n + 3;
  const Floats a = random_floats(m * k, 3), b = random_floats(k * n, 4), bias = random_floats(n, 5),
               old = random_floats(m * ldc, 6);
  const auto added = [&](size_t i) {
    const size_t at = i / bias.size() * static_cast<size_t>(ldc) + i % bias.size();
    return residual == Residual::kNone ? 0.f : old[at];
  };
  Floats expected = naive_gemm(a.data(), k, b.data(), n, m, n, k);
  // No activation here is steeper than 1.13, so it hardly increases the error.
  Floats scale = naive_gemm(magnitudes(a).data(), k, magnitudes(b).data(), n, m, n, k);
  for (size_t i = 0; i < expected.size(); ++i) {
    expected[i] += bias[i % bias.size()] + added(i);
    scale[i] += std::fabs(bias[i % bias.size()]) + std::fabs(added(i));
  }
  const UnaryParams params = default_params(activation);
  unary(activation, expected.data(), expected.data(), m * n, params);

  Floats c = residual == Residual::kDestination ? old : Floats(old.size(), 77.f);
  Epilogue epilogue{.bias = bias.data(), .activation = activation, .params = params};
  if (residual == Residual::kDestination) epilogue.residual = c.data();
  if (residual == Residual::kElsewhere) epilogue.residual = old.data();
  gemm(a.data(), k, packed(b, n, k, n).data(), c.data(), ldc, m, n, k, epilogue);
  Floats actual;
  for (int64_t i = 0; i < m; ++i) {
    actual.insert(actual.end(), c.begin() + i * ldc, c.begin() + i * ldc + n);
  }
  ASSERT_LT(sum_error(actual, expected, scale), 5e-7);
}

TEST(Gemm, AddsBiasAndResidualBeforeTheActivation) {
  for (int64_t m : {1, 3, 6, 13, 100}) {
    for (int64_t n : {1, 7, 8, 9, 16, 21, 24, 32}) {
      for (int64_t k : {5, 600}) {
        for (Unary activation :
             {Unary::kLinear, Unary::kRelu, Unary::kRelu6, Unary::kTanh, Unary::kSilu}) {
          for (Residual residual :
               {Residual::kNone, Residual::kElsewhere, Residual::kDestination}) {
            SCOPED_TRACE(std::to_string(m) + "x" + std::to_string(n) + "x" + std::to_string(k) +
                         " activation " + std::to_string(int(activation)) + " residual " +
                         std::to_string(int(residual)));
            expect_epilogue(m, n, k, activation, residual);
          }
        }
      }
    }
  }
}

TEST(Gemm, WithoutDepthIsTheBias) {
  const Floats bias = random_floats(9, 1);
  for (int64_t m : {1, 4}) {
    Floats c(static_cast<size_t>(m * 9), 5.f);
    gemm(nullptr, 0, nullptr, c.data(), 9, m, 9, 0, {.bias = bias.data()});
    for (size_t i = 0; i < c.size(); ++i) EXPECT_EQ(c[i], bias[i % 9]);
  }
}

TEST(Gemm, PropagatesNanThroughRelu) {
  const Floats a{NAN}, b(16, 1.f);
  Floats c(16);
  gemm(a.data(), 1, packed(b, 16, 1, 16).data(), c.data(), 16, 1, 16, 1,
       {.activation = Unary::kRelu});
  for (float value : c) EXPECT_TRUE(std::isnan(value));
}

TEST(Gemm, PacksATransposedRightSide) {
  for (int64_t n : {1, 7, 8, 9, 20}) {
    const int64_t k = 13;
    const Floats b = random_floats(k * n, 7);
    const Floats transposed = testing::naive_transpose(b, k, n);
    Floats result(static_cast<size_t>(packed_b_floats(k, n)));
    pack_b_transposed(transposed.data(), k, k, n, result.data());
    EXPECT_EQ(result, packed(b, n, k, n));
  }
}

TEST(BatchedGemm, MultipliesStacksWithTransposesAndRepeats) {
  const int64_t m = 7, n = 10, k = 5;
  for (bool transpose_a : {false, true}) {
    for (bool transpose_b : {false, true}) {
      for (bool repeat_b : {false, true}) {
        const Floats a = random_floats(6 * m * k, 8), b = random_floats(6 * k * n, 9);
        BatchedGemm p;
        p.batch = {2, 3};
        p.a_strides = {3 * m * k, m * k};
        p.b_strides = repeat_b ? Dims{k * n, 0} : Dims{3 * k * n, k * n};
        p.m = m, p.n = n, p.k = k;
        p.transpose_a = transpose_a, p.transpose_b = transpose_b;
        p.lda = transpose_a ? m : k;
        p.ldb = transpose_b ? k : n;
        Floats c(6 * m * n), scratch(static_cast<size_t>(batched_gemm_scratch_floats(p)));
        batched_gemm(p, a.data(), b.data(), c.data(), scratch.data());
        for (int64_t i = 0; i < 6; ++i) {
          const int64_t b_index = repeat_b ? i / 3 : i;
          Floats left(a.begin() + i * m * k, a.begin() + (i + 1) * m * k);
          Floats right(b.begin() + b_index * k * n, b.begin() + (b_index + 1) * k * n);
          if (transpose_a) left = testing::naive_transpose(left, k, m);
          if (transpose_b) right = testing::naive_transpose(right, n, k);
          const Floats actual(c.begin() + i * m * n, c.begin() + (i + 1) * m * n);
          ASSERT_LT(relative_error(actual, naive_gemm(left.data(), k, right.data(), n, m, n, k)),
                    1e-6);
        }
      }
    }
  }
}

}  // namespace
}  // namespace keras::kernels
