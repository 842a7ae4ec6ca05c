#include "kernels/gemm_int8.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
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

// The formats that this build has an instruction for: in WebAssembly, the one that was found.
std::vector<Int8Format> formats() {
#if defined(__wasm__)
  if (int8_format() == Int8Format::kPairs) return {Int8Format::kPairs};
  return {Int8Format::kPairs, int8_format()};
#else
  return {Int8Format::kPairs, Int8Format::kSignedQuads, Int8Format::kUnsignedQuads};
#endif
}

struct Aligned {
  explicit Aligned(int64_t bytes)
      : blocks(static_cast<size_t>(bytes) / sizeof(std::max_align_t) + 1) {}
  std::byte* data() { return reinterpret_cast<std::byte*>(blocks.data()); }
  std::vector<std::max_align_t> blocks;
};

int32_t dot(const Bytes& a, int64_t a_row, const Bytes& b, int64_t column, int64_t step,
            int64_t k) {
  uint32_t sum = 0;
  for (int64_t l = 0; l < k; ++l) {
    const int left = a[static_cast<size_t>(a_row + l)];
    const int right = b[static_cast<size_t>(column + l * step)];
    sum += static_cast<uint32_t>(left * right);
  }
  return static_cast<int32_t>(sum);
}

void expect_product(const Bytes& a, const Bytes& b, bool transposed, int64_t m, int64_t n,
                    int64_t k) {
  const int64_t lda = static_cast<int64_t>(a.size()) / m;
  const Int8Matrix matrix{b.data(), transposed ? 1 : n, transposed ? k : 1};
  for (const Int8Format format : formats()) {
    SCOPED_TRACE(std::to_string(m) + "x" + std::to_string(n) + "x" + std::to_string(k) +
                 " in format " + std::to_string(static_cast<int>(format)));
    Aligned packed(packed_int8_bytes(k, n, format));
    pack_int8(matrix, k, n, packed.data(), format);
    std::vector<int32_t> c(static_cast<size_t>(m * n + 1), 77);
    Aligned scratch(gemm_int8_scratch_bytes(m, k, format));
    gemm_int8(a.data(), lda, packed.data(), c.data(), m, n, k, scratch.data(), format);
    for (int64_t i = 0; i < m; ++i) {
      for (int64_t j = 0; j < n; ++j) {
        const int32_t want = dot(a, i * lda, b, transposed ? j * k : j, transposed ? 1 : n, k);
        ASSERT_EQ(c[static_cast<size_t>(i * n + j)], want) << i << ", " << j;
      }
    }
    EXPECT_EQ(c.back(), 77) << "wrote past the end";
  }
}

// All numbers of rows and columns around the tile, and odd depths.
TEST(GemmInt8, MatchesTheDefinitionForEverySizeAroundTheTile) {
  for (int64_t m : {1, 2, 3, 4, 5, 7, 8, 12, 13, 95, 96, 97, 130}) {
    for (int64_t n : {1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 40}) {
      for (int64_t k : {1, 2, 3, 4, 5, 16, 63, 64, 301}) {
        const Bytes a = random_bytes(m * (k + 3), 1), b = random_bytes(k * n, 2);
        expect_product(a, b, false, m, n, k);
        expect_product(a, b, true, m, n, k);
      }
    }
  }
}

TEST(GemmInt8, SumsOfTheLargestValuesAreExact) {
  constexpr int64_t kDepth = 70000;  // more than floats can sum exactly
  for (const int8_t value : {int8_t{-128}, int8_t{127}}) {
    const Bytes a(kDepth, int8_t{-128}), b(kDepth, value);
    expect_product(a, b, false, 1, 1, kDepth);
    expect_product(a, b, false, 2, 1, kDepth / 2);
  }
}

// keras.quantizers.abs_max_quantize of a row, step by step.
Bytes quantized(const float* row, int64_t k, const QuantizedRange& range, float& scale) {
  float largest = 0;
  for (int64_t i = 0; i < k; ++i) {
    if (std::isnan(row[i]) || std::abs(row[i]) > largest) largest = std::abs(row[i]);
    if (std::isnan(largest)) break;
  }
  scale = range.high / (largest + range.epsilon);
  Bytes out;
  for (int64_t i = 0; i < k; ++i) {
    const float value = std::nearbyint(row[i] * scale);
    const float number = std::isnan(value) ? 0 : std::min(std::max(value, range.low), range.high);
    out.push_back(static_cast<int8_t>(number));
  }
  return out;
}

void expect_quantized(const std::vector<float>& a, const QuantizedProduct& p,
                      const Epilogue& epilogue) {
  const Bytes b = random_bytes(p.k * p.n, 3);
  std::vector<float> column_scales;
  for (int64_t j = 0; j < p.n; ++j) column_scales.push_back(100.f + static_cast<float>(j) * 0.37f);
  for (const Int8Format format : formats()) {
    SCOPED_TRACE(std::to_string(p.m) + "x" + std::to_string(p.n) + "x" + std::to_string(p.k) +
                 " in format " + std::to_string(static_cast<int>(format)));
    Aligned packed(packed_int8_bytes(p.k, p.n, format));
    pack_int8({b.data(), p.n, 1}, p.k, p.n, packed.data(), format);
    Aligned scratch(gemm_int8_scratch_bytes(p.m, p.k, format));
    std::vector<float> c(static_cast<size_t>(p.m * p.n + 1), 77);
    gemm_quantized(p, a.data(), packed.data(), column_scales.data(), c.data(), epilogue,
                   scratch.data(), format);
    for (int64_t i = 0; i < p.m; ++i) {
      float scale = 0;
      const Bytes row = quantized(a.data() + i * p.k, p.k, p.range, scale);
      for (int64_t j = 0; j < p.n; ++j) {
        const auto column = static_cast<size_t>(j);
        float want = static_cast<float>(dot(row, 0, b, j, p.n, p.k));
        want /= column_scales[column] * scale;
        if (epilogue.bias != nullptr) want += epilogue.bias[j];
        unary(epilogue.activation, &want, &want, 1, epilogue.params);
        const float got = c[static_cast<size_t>(i * p.n + j)];
        if (std::isnan(want)) {
          ASSERT_TRUE(std::isnan(got)) << i << ", " << j;
        } else {
          ASSERT_EQ(got, want) << i << ", " << j;
        }
      }
    }
    EXPECT_EQ(c.back(), 77.f) << "wrote past the end";
  }
}

std::vector<float> random_floats(int64_t n, uint32_t seed) {
  std::vector<float> floats;
  for (int64_t i = 0; i < n; ++i) {
    seed = seed * 1664525 + 1013904223;
    floats.push_back(static_cast<float>(static_cast<int32_t>(seed)) * 0x1p-30f);
  }
  return floats;
}

TEST(GemmQuantized, HasTheBitsOfItsStepsForEverySizeAroundTheTile) {
  const std::vector<float> bias = random_floats(64, 5);
  for (int64_t m : {1, 2, 3, 6, 7, 97}) {
    for (int64_t n : {1, 7, 8, 9, 33}) {
      for (int64_t k : {1, 3, 8, 15, 16, 17, 100}) {
        for (const Unary activation : {Unary::kLinear, Unary::kRelu, Unary::kRelu6, Unary::kTanh})
          expect_quantized(random_floats(m * k, 4), {.m = m, .n = n, .k = k},
                           {.bias = bias.data(), .activation = activation});
      }
    }
  }
}

TEST(GemmQuantized, KeepsTheRangeOfTheQuantizer) {
  expect_quantized(random_floats(3 * 50, 6), {3, 5, 50, {-8.f, 7.f, 1e-7f}}, {});
  expect_quantized(random_floats(3 * 50, 6), {3, 5, 50, {0.f, 127.f, 1e-3f}}, {});
  expect_quantized(random_floats(3 * 50, 6), {3, 5, 50, {-128.f, 127.f, 0.f}}, {});
}

TEST(GemmQuantized, RowsOfZerosInfinitiesAndNaNAreAsTheirStepsMakeThem) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  std::vector<float> a = random_floats(5 * 20, 7);
  std::fill_n(a.begin(), 20, 0.f);
  a[25] = kInfinity;
  a[47] = -kInfinity;
  a[66] = std::nanf("");
  a[99] = -std::nanf("");
  expect_quantized(a, {.m = 5, .n = 9, .k = 20}, {});
}

// Halfway between two integers: the even one.
TEST(GemmQuantized, RoundsHalfToEven) {
  std::vector<float> a = {127.f};
  for (int i = -20; i < 20; ++i) a.push_back(static_cast<float>(i) + 0.5f);
  expect_quantized(a, {1, 3, static_cast<int64_t>(a.size()), {-127.f, 127.f, 0.f}}, {});
}

TEST(GemmInt8, OfNothingIsZero) { expect_product(Bytes{0, 0}, {}, false, 2, 3, 0); }

}  // namespace
}  // namespace keras::kernels
