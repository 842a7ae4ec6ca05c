#include "kernels/gemm_int8.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace keras::kernels {
namespace {

using Bytes = std::vector<int8_t>;

// All values from -128 to 127.
Bytes random_bytes(int64_t n, uint32_t seed) {
  Bytes bytes;
  for (int64_t i = 0; i < n; ++i) {
    seed = seed * 1664525 + 1013904223;
    bytes.push_back(static_cast<int8_t>(seed >> 24));
  }
  return bytes;
}

void expect_product(const Bytes& a, const Bytes& b, bool transposed, int64_t m, int64_t n,
                    int64_t k) {
  SCOPED_TRACE(std::to_string(m) + "x" + std::to_string(n) + "x" + std::to_string(k));
  const int64_t lda = static_cast<int64_t>(a.size()) / m;
  const Int8Matrix matrix{b.data(), transposed ? 1 : n, transposed ? k : 1};
  Bytes packed(static_cast<size_t>(packed_int8_bytes(k, n)));
  pack_int8(matrix, k, n, packed.data());
  std::vector<int32_t> c(static_cast<size_t>(m * n + 1), 77);
  std::vector<std::max_align_t> scratch(
      static_cast<size_t>(gemm_int8_scratch_bytes(m, k)) / sizeof(std::max_align_t) + 1);
  gemm_int8(a.data(), lda, packed.data(), c.data(), m, n, k,
            reinterpret_cast<std::byte*>(scratch.data()));
  for (int64_t i = 0; i < m; ++i) {
    for (int64_t j = 0; j < n; ++j) {
      uint32_t sum = 0;
      for (int64_t l = 0; l < k; ++l) {
        const int left = a[static_cast<size_t>(i * lda + l)];
        const int right = b[static_cast<size_t>(transposed ? j * k + l : l * n + j)];
        sum += static_cast<uint32_t>(left * right);
      }
      ASSERT_EQ(c[static_cast<size_t>(i * n + j)], static_cast<int32_t>(sum)) << i << ", " << j;
    }
  }
  EXPECT_EQ(c.back(), 77) << "wrote past the end";
}

// All numbers of rows and columns around the tile, and odd depths.
TEST(GemmInt8, MatchesTheDefinitionForEverySizeAroundTheTile) {
  for (int64_t m : {1, 2, 3, 4, 5, 7, 8, 63, 64, 65, 130}) {
    for (int64_t n : {1, 2, 7, 8, 9, 15, 16, 17, 31}) {
      for (int64_t k : {1, 2, 3, 4, 5, 63, 64, 301}) {
        const Bytes a = random_bytes(m * (k + 3), 1), b = random_bytes(k * n, 2);
        expect_product(a, b, false, m, n, k);
        expect_product(a, b, true, m, n, k);
      }
    }
  }
}

TEST(GemmInt8, SumsOfTheLargestValuesAreExact) {
  constexpr int64_t kDepth = 70000;  // more than floats can sum exactly
  const Bytes a(kDepth, int8_t{-128}), b(kDepth, int8_t{-128});
  expect_product(a, b, false, 1, 1, kDepth);
}

TEST(GemmInt8, OfNothingIsZero) { expect_product(Bytes{0, 0}, {}, false, 2, 3, 0); }

}  // namespace
}  // namespace keras::kernels
