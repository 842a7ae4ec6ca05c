#include "kernels/gemm_compact.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "kernels/convert.h"
#include "kernels/gemm.h"
#include "kernels/integer_vectors.h"
#include "kernels/tile.h"

namespace keras::kernels {
namespace {

// Columns packed together: two vectors.
constexpr int kColumns = 2 * kLanes;
// A byte holds two values of 4 bits, a vector four rows.
constexpr int kInt4Rows = 4;
static_assert(PanelSource::kRowsAligned % kInt4Rows == 0);

int64_t column_bytes(Compact format, int64_t k) {
  switch (format) {
    case Compact::kFloat16:
    case Compact::kBFloat16:
      return k * kColumns * 2;
    case Compact::kInt8:
      return k * kColumns;
    case Compact::kInt4:
      return (k + kInt4Rows - 1) / kInt4Rows * kInt4Rows * kColumns / 2;
  }
  return 0;
}
int64_t groups_of_columns(int64_t n) { return (n + kColumns - 1) / kColumns; }

struct Two {
  Vec first, second;
};

// How one row of kColumns values, or with kInt4 kInt4Rows rows, becomes floats.
template <Compact kFormat>
struct Row;

// float16 with an exponent 10 higher, so that there are no subnormals, which are slow: pack_half().
constexpr int kExponentBias = 25;

// The two halves of each 32-bit lane are values of the first and of the second vector.
template <>
struct Row<Compact::kFloat16> {
  // Multiplied by 2^13, sign, exponent and fraction are at their places; the factor corrects the
  // exponent, exactly.
  const IntVec low = integer_constant<0x00002000>(), high = integer_constant<0x20000000>();
  const IntVec mask = integer_constant<int32_t(0x8FFFFFFFu)>();
  const Vec factor = constant<0x1p102f>();

  KERAS_INLINE Two operator()(const std::byte* p) const {
    const Two values = without_factor(p);
    return {values.first * factor, values.second * factor};
  }
  KERAS_INLINE Two without_factor(const std::byte* p) const {
    const auto both = load_bytes<ShortVec>(p);
    return {as_floats(dot_pairs(both, as_shorts(low)) & mask),
            as_floats(dot_pairs(both, as_shorts(high)) & mask)};
  }
};
template <>
struct Row<Compact::kBFloat16> {
  const IntVec mask = integer_constant<int32_t(0xFFFF0000u)>();

  KERAS_INLINE Two operator()(const std::byte* p) const {
    const IntVec both = load(reinterpret_cast<const int32_t*>(p));
    return {as_floats(shift_left<16>(both)), as_floats(both & mask)};
  }
};
template <>
struct Row<Compact::kInt8> {
  KERAS_INLINE Two operator()(const std::byte* p) const {
    const ShortVec values = widen(reinterpret_cast<const int8_t*>(p));
    return {to_floats(widen_low(values)), to_floats(widen_high(values))};
  }
};
// A lane has the values of its column in eight times four bits: two for each row, 8 higher.
template <>
struct Row<Compact::kInt4> {
  // The bits of 2^23 + value; the difference is exact.
  const IntVec one = integer_constant<0x4B000000>(), mask = integer_constant<15>();
  const Vec offset = constant<8388616.f>();

  KERAS_INLINE Vec value(IntVec bits) const { return as_floats((bits & mask) | one) - offset; }
  template <int kRow>
  KERAS_INLINE Two at(IntVec all) const {
    return {value(shift_right<8 * kRow>(all)), value(shift_right<8 * kRow + 4>(all))};
  }
};

// (value - zero) * scale, where integers have groups.
struct Groups {
  const int32_t* group_of_row = nullptr;            // from the first row on
  const float *scales = nullptr, *zeros = nullptr;  // from the first column on
  int64_t stride = 0;

  Groups at(int64_t row, int64_t column) const {
    if (group_of_row == nullptr) return {};
    return {group_of_row + row, scales + column, zeros + column, stride};
  }
  template <bool kGrouped>
  KERAS_INLINE Two apply(Two values, int64_t row, int64_t column) const {
    if constexpr (!kGrouped) return values;
    const int64_t at = group_of_row[row] * stride + column;
    return {(values.first - load(zeros + at)) * load(scales + at),
            (values.second - load(zeros + at + kLanes)) * load(scales + at + kLanes)};
  }
};

// Calls put(row, values) for `rows` rows of kColumns columns.
template <Compact kFormat, class F>
KERAS_INLINE void for_each_row(const std::byte* from, int64_t rows, const F& put) {
  const Row<kFormat> values;
  if constexpr (kFormat == Compact::kInt4) {
    KERAS_NO_UNROLL
    for (int64_t row = 0; row < rows; row += kInt4Rows, from += kInt4Rows * kColumns / 2) {
      const IntVec all = load(reinterpret_cast<const int32_t*>(from));
      put(row, values.template at<0>(all));
      if (row + 1 < rows) put(row + 1, values.template at<1>(all));
      if (row + 2 < rows) put(row + 2, values.template at<2>(all));
      if (row + 3 < rows) put(row + 3, values.template at<3>(all));
    }
  } else {
    constexpr int kBytes = kFormat == Compact::kInt8 ? kColumns : 2 * kColumns;
    KERAS_NO_UNROLL
    for (int64_t row = 0; row < rows; ++row, from += kBytes) put(row, values(from));
  }
}

template <Compact kFormat, bool kGrouped>
[[gnu::noinline]] void expand(const std::byte* from, int64_t rows, const Groups& groups, float* to,
                              int64_t width) {
  for_each_row<kFormat>(from, rows, [&](int64_t row, Two values) {
    values = groups.apply<kGrouped>(values, row, 0);
    float* at = to + row * width;
    store(at, values.first);
    store(at + kLanes, values.second);
  });
}

// One row times kTogether columns.
constexpr int kTogether = PanelSource::kTogether / kColumns;
template <Compact kFormat, bool kGrouped>
[[gnu::noinline]] void multiply(const float* a, const std::byte* from, int64_t k,
                                const Groups& groups, float* to) {
  Vec sums[2 * kTogether];
  KERAS_UNROLL
  for (Vec& sum : sums) sum = zero();
  const auto between = static_cast<ptrdiff_t>(column_bytes(kFormat, k));
  const Row<kFormat> rows;
  const auto add = [&](int64_t row, int j, Vec value, Two b) {
    b = groups.apply<kGrouped>(b, row, j * kColumns);
    sums[2 * j] = madd(value, b.first, sums[2 * j]);
    sums[2 * j + 1] = madd(value, b.second, sums[2 * j + 1]);
  };
  if constexpr (kFormat == Compact::kInt4) {
    const auto add_row = [&]<int kRow>(int64_t row, const IntVec(&all)[kTogether]) {
      const Vec value = splat(a[row + kRow]);
      KERAS_UNROLL
      for (int j = 0; j < kTogether; ++j) add(row + kRow, j, value, rows.template at<kRow>(all[j]));
    };
    KERAS_NO_UNROLL
    for (int64_t row = 0; row < k; row += kInt4Rows, from += kInt4Rows * kColumns / 2) {
      IntVec all[kTogether];
      KERAS_UNROLL
      for (int j = 0; j < kTogether; ++j)
        all[j] = load(reinterpret_cast<const int32_t*>(from + j * between));
      add_row.template operator()<0>(row, all);
      if (row + 1 < k) add_row.template operator()<1>(row, all);
      if (row + 2 < k) add_row.template operator()<2>(row, all);
      if (row + 3 < k) add_row.template operator()<3>(row, all);
    }
  } else {
    constexpr int kBytes = kFormat == Compact::kInt8 ? kColumns : 2 * kColumns;
    KERAS_NO_UNROLL
    for (int64_t row = 0; row < k; ++row, from += kBytes) {
      Vec value = splat(a[row]);
      if constexpr (kFormat == Compact::kFloat16) {
        // The factor may as well be one of the row: the products are the same.
        value = value * rows.factor;
        KERAS_UNROLL
        for (int j = 0; j < kTogether; ++j)
          add(row, j, value, rows.without_factor(from + j * between));
      } else {
        KERAS_UNROLL
        for (int j = 0; j < kTogether; ++j) add(row, j, value, rows(from + j * between));
      }
    }
  }
  KERAS_UNROLL
  for (int v = 0; v < 2 * kTogether; ++v) store(to + v * kLanes, sums[v]);
}

// Calls f.operator()<format, whether there are groups>().
template <class F>
void with_format(Compact format, bool grouped, const F& f) {
  switch (format) {
    case Compact::kFloat16:
      return f.template operator()<Compact::kFloat16, false>();
    case Compact::kBFloat16:
      return f.template operator()<Compact::kBFloat16, false>();
    case Compact::kInt8:
      if (grouped) return f.template operator()<Compact::kInt8, true>();
      return f.template operator()<Compact::kInt8, false>();
    case Compact::kInt4:
      if (grouped) return f.template operator()<Compact::kInt4, true>();
      return f.template operator()<Compact::kInt4, false>();
  }
}

// Whether these values times the factor of Row<kFloat16> are finite.
bool allows_factor(const float* a, int64_t k) {
  const float* end = a + k;
  Vec largest = zero();
  for (; a + kLanes <= end; a += kLanes) largest = max(largest, abs(load(a)));
  float most = 0;
  for (int lane = 0; lane < kLanes; ++lane) most = std::max(most, float(largest.v[lane]));
  for (; a < end; ++a) most = std::max(most, std::abs(*a));
  return most < 0x1p25f;
}

class CompactPanels final : public PanelSource {
 public:
  CompactPanels(const CompactProduct& product, const std::byte* packed, const CompactGroups& groups)
      : p_(product),
        packed_(packed),
        groups_{groups.group_of_row, groups.scales, groups.zeros, compact_group_stride(p_.n)} {}

  void read(int64_t column, int64_t width, int64_t row, int64_t rows, float* to) const override {
    for (int64_t j = 0; j < width; j += kColumns) {
      const std::byte* from = columns_at(column + j) + column_bytes(p_.format, row);
      const Groups groups = groups_.at(row, column + j);
      with_format(p_.format, is_grouped(), [&]<Compact kFormat, bool kGrouped>() {
        expand<kFormat, kGrouped>(from, rows, groups, to + j, width);
      });
    }
  }
  bool multiply_row(int64_t column, const float* a, float* sums) const override {
    if (p_.format == Compact::kFloat16 && !allows_factor(a, p_.k)) return false;
    with_format(p_.format, is_grouped(), [&]<Compact kFormat, bool kGrouped>() {
      multiply<kFormat, kGrouped>(a, columns_at(column), p_.k, groups_.at(0, column), sums);
    });
    return true;
  }

 private:
  bool is_grouped() const { return groups_.group_of_row != nullptr; }
  const std::byte* columns_at(int64_t column) const {
    return packed_ + column / kColumns * column_bytes(p_.format, p_.k);
  }

  const CompactProduct& p_;
  const std::byte* packed_;
  Groups groups_;
};

// A float16 as Row<kFloat16> reads it.
uint16_t pack_half(uint16_t half) {
  const uint32_t bits = std::bit_cast<uint32_t>(float16_to_float(half));
  const uint32_t sign = half & 0x8000u;
  if ((bits & 0x7FFFFFFFu) == 0) return static_cast<uint16_t>(sign);
  const uint32_t magnitude = (bits & 0x7FFFFFFFu) - ((127u - kExponentBias) << 23);
  return static_cast<uint16_t>(sign | magnitude >> 13);
}

template <class T>
void pack_values(const CompactMatrix& b, int64_t k, int64_t n, T* to, T (*code)(T) = nullptr) {
  const auto* from = static_cast<const T*>(b.data);
  for (int64_t column = 0; column < n; column += kColumns) {
    for (int64_t row = 0; row < k; ++row, to += kColumns) {
      for (int j = 0; j < kColumns; ++j) {
        // Halves of 32 bits belong to two vectors.
        const int at = sizeof(T) == 2 ? j % kLanes * 2 + j / kLanes : j;
        const bool inside = column + j < n;
        const T value = inside ? from[row * b.row_stride + (column + j) * b.column_stride] : T(0);
        to[at] = code != nullptr ? code(value) : value;
      }
    }
  }
}

void pack_int4(const CompactMatrix& b, int64_t k, int64_t n, uint32_t* to) {
  const auto* from = static_cast<const int8_t*>(b.data);
  for (int64_t column = 0; column < n; column += kColumns) {
    for (int64_t row = 0; row < k; row += kInt4Rows, to += kLanes) {
      std::fill_n(to, kLanes, 0u);
      for (int r = 0; r < kInt4Rows; ++r) {
        for (int j = 0; j < kColumns; ++j) {
          const bool inside = row + r < k && column + j < n;
          const int value =
              inside ? from[(row + r) * b.row_stride + (column + j) * b.column_stride] : 0;
          to[j % kLanes] |= static_cast<uint32_t>(value + 8) << (8 * r + j / kLanes * 4);
        }
      }
    }
  }
}

}  // namespace

int64_t compact_group_stride(int64_t n) { return groups_of_columns(n) * kColumns; }

int64_t packed_compact_bytes(Compact format, int64_t k, int64_t n) {
  return groups_of_columns(n) * column_bytes(format, k);
}

void pack_compact(Compact format, const CompactMatrix& b, int64_t k, int64_t n, std::byte* packed) {
  switch (format) {
    case Compact::kFloat16:
      return pack_values(b, k, n, reinterpret_cast<uint16_t*>(packed), pack_half);
    case Compact::kBFloat16:
      return pack_values(b, k, n, reinterpret_cast<uint16_t*>(packed));
    case Compact::kInt8:
      return pack_values(b, k, n, reinterpret_cast<int8_t*>(packed));
    case Compact::kInt4:
      return pack_int4(b, k, n, reinterpret_cast<uint32_t*>(packed));
  }
}

int64_t gemm_compact_scratch_floats(const CompactProduct& p) {
  return gemm_source_scratch_floats(p.m, p.k);
}

void gemm_compact(const CompactProduct& p, const float* a, const std::byte* packed,
                  const CompactGroups& groups, float* c, float* scratch, const Epilogue& epilogue) {
  gemm(a, p.lda, CompactPanels(p, packed, groups), c, p.n, p.m, p.n, p.k, scratch, epilogue);
}

}  // namespace keras::kernels
