#include "kernels/gemm_compact.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "kernels/convert.h"
#include "kernels/gemm.h"

namespace keras::kernels {
namespace {

constexpr Compact kFormats[] = {Compact::kFloat16, Compact::kBFloat16, Compact::kInt8,
                                Compact::kInt4};

class Random {
 public:
  explicit Random(uint32_t seed) : state_(seed) {}
  uint32_t bits() { return (state_ = state_ * 1664525 + 1013904223) >> 8; }
  float value() { return (static_cast<float>(bits()) * 0x1p-23f - 1.f); }
  int integer(int low, int high) {
    return low + static_cast<int>(bits() % static_cast<uint32_t>(high - low + 1));
  }

 private:
  uint32_t state_;
};

// A weight in its format, and as floats.
struct Weight {
  std::vector<uint16_t> halves;
  std::vector<int8_t> bytes;
  std::vector<float> floats;

  const void* data() const {
    return halves.empty() ? static_cast<const void*>(bytes.data()) : halves.data();
  }
  void push(Compact format, uint16_t half) {
    halves.push_back(half);
    floats.push_back(format == Compact::kFloat16 ? float16_to_float(half)
                                                 : bfloat16_to_float(half));
  }
  void push(int value) {
    bytes.push_back(static_cast<int8_t>(value));
    floats.push_back(static_cast<float>(value));
  }
};

Weight random_weight(Compact format, int64_t count, Random& random) {
  Weight weight;
  for (int64_t i = 0; i < count; ++i) {
    if (format == Compact::kFloat16) {
      // All magnitudes below 128: subnormals and both zeros, too.
      const auto half = static_cast<uint16_t>(random.integer(0, 0x57FF));
      weight.push(format, static_cast<uint16_t>(half | (random.bits() & 1u) << 15));
    } else if (format == Compact::kBFloat16) {
      weight.push(format, float_to_bfloat16(random.value()));
    } else {
      weight.push(format == Compact::kInt8 ? random.integer(-128, 127) : random.integer(-8, 7));
    }
  }
  return weight;
}

struct Case {
  int64_t m, n, k;
  bool transposed = false;
  int64_t group_size = 0;  // 0: none
};

// Scales and zeros; rows are of groups in no particular order.
struct GroupData {
  std::vector<int32_t> group_of_row;
  std::vector<float> scales, zeros;

  GroupData(const Case& c, Random& random) {
    if (c.group_size == 0) return;
    const int64_t count = (c.k + c.group_size - 1) / c.group_size;
    for (int64_t row = 0; row < c.k; ++row)
      group_of_row.push_back(random.integer(0, static_cast<int>(count) - 1));
    for (int64_t i = 0; i < count * compact_group_stride(c.n); ++i) {
      scales.push_back(random.value());
      zeros.push_back(static_cast<float>(random.integer(-8, 7)));
    }
  }
  CompactGroups view() const {
    if (group_of_row.empty()) return {};
    return {group_of_row.data(), scales.data(), zeros.data()};
  }
};

// Compares with gemm() on the same weight as floats: every bit.
void expect_same(Compact format, const Case& c, const std::vector<float>& a,
                 const Epilogue& epilogue) {
  SCOPED_TRACE("format " + std::to_string(static_cast<int>(format)) + ", " + std::to_string(c.m) +
               "x" + std::to_string(c.n) + "x" + std::to_string(c.k));
  Random random(3);
  Weight weight = random_weight(format, c.k * c.n, random);
  const GroupData groups(c, random);
  const auto at = [&](int64_t row, int64_t column) {
    return static_cast<size_t>(c.transposed ? column * c.k + row : row * c.n + column);
  };
  for (int64_t row = 0; row < c.k && c.group_size > 0; ++row) {
    for (int64_t column = 0; column < c.n; ++column) {
      const int64_t group = groups.group_of_row[static_cast<size_t>(row)];
      const auto of = static_cast<size_t>(group * compact_group_stride(c.n) + column);
      float& value = weight.floats[at(row, column)];
      value = (value - groups.zeros[of]) * groups.scales[of];
    }
  }
  std::vector<float> dense;
  for (int64_t row = 0; row < c.k; ++row)
    for (int64_t column = 0; column < c.n; ++column)
      dense.push_back(weight.floats[at(row, column)]);
  std::vector<float> packed_floats(static_cast<size_t>(packed_b_floats(c.k, c.n)));
  pack_b(dense.data(), c.n, c.k, c.n, packed_floats.data());
  const auto lda = static_cast<int64_t>(a.size()) / c.m;
  std::vector<float> want(static_cast<size_t>(c.m * c.n));
  gemm(a.data(), lda, packed_floats.data(), want.data(), c.n, c.m, c.n, c.k, epilogue);

  std::vector<std::max_align_t> packed(
      static_cast<size_t>(packed_compact_bytes(format, c.k, c.n)) / sizeof(std::max_align_t) + 1);
  auto* bytes = reinterpret_cast<std::byte*>(packed.data());
  pack_compact(format, {weight.data(), c.transposed ? 1 : c.n, c.transposed ? c.k : 1}, c.k, c.n,
               bytes);
  const CompactProduct product{format, c.m, c.n, c.k, lda};
  std::vector<std::max_align_t> scratch(
      static_cast<size_t>(gemm_compact_scratch_floats(product)) / 4 + 1);
  std::vector<float> got(want.size() + 1, 77);
  gemm_compact(product, a.data(), bytes, groups.view(), got.data(),
               reinterpret_cast<float*>(scratch.data()), epilogue);
  EXPECT_EQ(got.back(), 77.f) << "wrote past the end";
  for (size_t i = 0; i < want.size(); ++i) {
    if (std::isnan(want[i])) {
      ASSERT_TRUE(std::isnan(got[i])) << i;
    } else {
      ASSERT_EQ(got[i], want[i]) << i;
    }
  }
}

std::vector<float> random_floats(int64_t count) {
  Random random(1);
  std::vector<float> values;
  for (int64_t i = 0; i < count; ++i) values.push_back(random.value());
  return values;
}

TEST(GemmCompact, HasTheBitsOfAProductOfFloatsForEverySizeAroundTheTile) {
  const std::vector<float> bias = random_floats(100);
  for (const Compact format : kFormats) {
    for (int64_t m : {1, 2, 3, 4, 7, 8, 97}) {
      for (int64_t n : {1, 7, 8, 9, 16, 17, 25, 31, 32, 33, 40, 72}) {
        for (int64_t k : {1, 2, 3, 4, 5, 63, 66, 259}) {
          expect_same(format, {m, n, k}, random_floats(m * (k + 3)),
                      {.bias = bias.data(), .activation = Unary::kRelu});
        }
      }
    }
  }
}

TEST(GemmCompact, ReadsTransposedWeights) {
  for (const Compact format : kFormats)
    expect_same(format, {.m = 3, .n = 37, .k = 70, .transposed = true}, random_floats(3 * 70), {});
}

TEST(GemmCompact, IntegersInGroupsHaveAScaleAndAZero) {
  for (const Compact format : {Compact::kInt8, Compact::kInt4}) {
    for (int64_t m : {1, 3, 20}) {
      for (int64_t n : {5, 8, 32, 77}) {
        for (int64_t k : {6, 64, 130})
          expect_same(format, {m, n, k, false, 32}, random_floats(m * k), {});
      }
    }
  }
}

TEST(GemmCompact, LargeAndInfiniteInputsAndNaNAreAsWithFloats) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (const float value : {1e30f, -1e38f, kInfinity, -kInfinity, std::nanf(""), 0x1p25f, 1e-40f}) {
    for (const Compact format : kFormats) {
      std::vector<float> a = random_floats(40);
      a[17] = value;
      expect_same(format, {1, 64, 40}, a, {});
      expect_same(format, {1, 33, 37}, a, {});
    }
  }
}

TEST(GemmCompact, OfNothingIsTheBias) {
  const std::vector<float> bias = random_floats(40);
  for (const Compact format : kFormats)
    expect_same(format, {2, 40, 0}, random_floats(2), {.bias = bias.data()});
}

}  // namespace
}  // namespace keras::kernels
