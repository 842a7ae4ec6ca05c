#include "kernels/gemm_int8.h"

#include <algorithm>

#include "kernels/integer_vectors.h"
#include "kernels/parallel.h"
#include "kernels/tile.h"

namespace keras::kernels {
namespace {

// A panel holds these columns of B. For each pair of its rows there are both values of the first
// column, both of the second, and so on: dot_pairs() multiplies four columns with a pair of A.
constexpr int kVectors = 2;
constexpr int kColumns = kVectors * kLanes;
constexpr int kRows = 4;
// Rows of A, widened to 16 bits, that stay in the second-level cache while all panels are read.
constexpr int64_t kRowsTogether = 64;

int64_t pairs_of(int64_t k) { return (k + 1) / 2; }
int64_t panels_of(int64_t n) { return (n + kColumns - 1) / kColumns; }
int64_t panel_bytes(int64_t k) { return pairs_of(k) * 2 * kColumns; }

template <int kCount>
struct Sums {
  IntVec sums[kCount][kVectors];
};

template <int kCount>
KERAS_INLINE Sums<kCount> multiply(const int16_t* a, int64_t pairs, const int8_t* panel) {
  Sums<kCount> tile;
  const int16_t* rows[kCount];
  KERAS_UNROLL
  for (int r = 0; r < kCount; ++r) {
    rows[r] = a + r * static_cast<ptrdiff_t>(2 * pairs);
    KERAS_UNROLL
    for (IntVec& sum : tile.sums[r]) sum = splat_int(0);
  }
  const int8_t* end = panel + pairs * 2 * kColumns;
  KERAS_NO_UNROLL
  for (; panel != end; panel += ptrdiff_t{2} * kColumns) {
    ShortVec b[kVectors];
    KERAS_UNROLL
    for (int v = 0; v < kVectors; ++v) b[v] = widen(panel + v * 2 * kLanes);
    KERAS_UNROLL
    for (int r = 0; r < kCount; ++r) {
      const ShortVec pair = splat_pair(rows[r]);
      rows[r] += 2;
      KERAS_UNROLL
      for (int v = 0; v < kVectors; ++v) {
        tile.sums[r][v] = tile.sums[r][v] + dot_pairs(pair, b[v]);
      }
    }
  }
  return tile;
}

// `tiles` times kCount rows and one panel, of which `columns` columns are used. Not inlined, so
// that the loop has all registers.
template <int kCount>
[[gnu::noinline]] void multiply_rows(const int16_t* a, int64_t pairs, const int8_t* panel,
                                     int32_t* c, int64_t ldc, int64_t columns, int64_t tiles) {
  for (; tiles > 0; --tiles, a += kCount * 2 * pairs, c += kCount * ldc) {
    const Sums<kCount> tile = multiply<kCount>(a, pairs, panel);
    for (int r = 0; r < kCount; ++r) {
      int32_t row[kColumns];
      for (int v = 0; v < kVectors; ++v) store(row + v * kLanes, tile.sums[r][v]);
      std::copy_n(row, columns, c + r * ldc);
    }
  }
}

// Rows of A as 16-bit integers, with an even number of them.
void widen_rows(const int8_t* a, int64_t lda, int64_t m, int64_t k, int16_t* to) {
  for (int64_t i = 0; i < m; ++i, a += lda) {
    to = std::copy_n(a, k, to);
    if (k % 2 != 0) *to++ = 0;
  }
}

}  // namespace

int64_t packed_int8_bytes(int64_t k, int64_t n) { return panels_of(n) * panel_bytes(k); }

void pack_int8(const Int8Matrix& b, int64_t k, int64_t n, int8_t* packed) {
  for (int64_t column = 0; column < n; column += kColumns) {
    for (int64_t row = 0; row < 2 * pairs_of(k); row += 2) {
      for (int64_t j = column; j < column + kColumns; ++j) {
        const int8_t* from = b.data + row * b.row_stride + j * b.column_stride;
        *packed++ = j < n ? from[0] : int8_t{0};
        *packed++ = j < n && row + 1 < k ? from[b.row_stride] : int8_t{0};
      }
    }
  }
}

int64_t gemm_int8_scratch_bytes(int64_t m, int64_t k) {
  return m * pairs_of(k) * 2 * static_cast<int64_t>(sizeof(int16_t));
}

void gemm_int8(const int8_t* a, int64_t lda, const int8_t* packed, int32_t* c, int64_t m, int64_t n,
               int64_t k, std::byte* scratch) {
  auto* wide = reinterpret_cast<int16_t*>(scratch);
  const int64_t pairs = pairs_of(k);
  parallel_for(m, pairs / kLanes, [&](int64_t begin, int64_t end) {
    widen_rows(a + begin * lda, lda, end - begin, k, wide + begin * 2 * pairs);
  });
  const int64_t panels = panels_of(n);
  const int64_t blocks = (m + kRowsTogether - 1) / kRowsTogether;
  const int64_t cost = std::min(m, kRowsTogether) * pairs * kVectors;
  parallel_for(blocks * panels, cost, [&](int64_t begin, int64_t end) {
    for (int64_t part = begin; part < end; ++part) {
      const int64_t row = part / panels * kRowsTogether, panel = part % panels;
      const int64_t rows = std::min(kRowsTogether, m - row);
      const int64_t column = panel * kColumns;
      const int64_t columns = std::min<int64_t>(kColumns, n - column);
      const int8_t* b = packed + panel * panel_bytes(k);
      const int16_t* from = wide + row * 2 * pairs;
      int32_t* to = c + row * n + column;
      const int64_t tiles = rows / kRows, rest = rows % kRows;
      multiply_rows<kRows>(from, pairs, b, to, n, columns, tiles);
      if (rest == 0) continue;
      from += tiles * kRows * 2 * pairs;
      to += tiles * kRows * n;
      with_rows<kRows>(
          rest, [&](auto count) { multiply_rows<count()>(from, pairs, b, to, n, columns, 1); });
    }
  });
}

}  // namespace keras::kernels
