// The micro-kernel of all matrix products: a few rows times one packed panel, in registers.
#pragma once

#include <cstdint>
#include <type_traits>

#include "kernels/epilogue.h"
#include "kernels/simd.h"

namespace keras::kernels {

// Measured in WebAssembly, where engines keep at most 15 vectors in registers. With fused
// multiply-add, every tile of 8 to 12 vectors reaches the peak, and 6 rows x 2 vectors need the
// fewest loads. Without it the product needs a register as well, and 2 x 4 loses least.
inline constexpr int kTileRows = KERAS_FUSED_MADD ? 6 : 2;
inline constexpr int kTileVectors = KERAS_FUSED_MADD ? 2 : 4;

// Columns of a packed panel of B. The last panel is narrow when the remaining columns fit.
inline constexpr int kPanel = kTileVectors * kLanes;
inline constexpr int kNarrowPanel = 2 * kLanes;

constexpr int64_t panel_width(int64_t remaining_columns) {
  return remaining_columns <= kNarrowPanel ? kNarrowPanel : kPanel;
}
constexpr int64_t packed_columns(int64_t n) {
  static_assert(kPanel == kNarrowPanel || kPanel == 2 * kNarrowPanel);
  return (n + kNarrowPanel - 1) / kNarrowPanel * kNarrowPanel;
}

// Rows processed per panel: activations that are too slow for the store loop run over a buffer of
// this height.
inline constexpr int64_t kBlockRows = 96;
static_assert(kBlockRows % kTileRows == 0);

template <int kRows, int kVectors>
struct Tile {
  static constexpr int kWidth = kVectors * kLanes;
  Vec sums[kRows][kVectors];

  // Replaces each sum by f(row, vector, sum).
  template <class F>
  KERAS_INLINE void for_each(const F& f) {
    KERAS_UNROLL
    for (int r = 0; r < kRows; ++r) {
      KERAS_UNROLL
      for (int v = 0; v < kVectors; ++v) sums[r][v] = f(r, v, sums[r][v]);
    }
  }
  KERAS_INLINE void clear() {
    for_each([](int, int, Vec) { return zero(); });
  }

  // Adds the products of k values of each row, at `offset`, with k rows of a panel. Not
  // unrolled: compilers and engines would compute one sum after the other, with more live
  // values than registers.
  KERAS_INLINE void add(const float* const* rows, int64_t offset, int64_t k, const float* panel) {
    const float* a[kRows];
    KERAS_UNROLL
    for (int r = 0; r < kRows; ++r) a[r] = rows[r] + offset;
    const float* end = panel + k * kWidth;
    KERAS_NO_UNROLL
    for (; panel != end; panel += kWidth) {
      add_one(a, panel);
      KERAS_UNROLL
      for (int r = 0; r < kRows; ++r) ++a[r];
    }
  }
  // The same for the first value of each row.
  KERAS_INLINE void add_one(const float* const* rows, const float* panel) {
    Vec b[kVectors];
    KERAS_UNROLL
    for (int v = 0; v < kVectors; ++v) b[v] = load(panel + v * kLanes);
    KERAS_UNROLL
    for (int r = 0; r < kRows; ++r) {
      const Vec value = splat(*rows[r]);
      KERAS_UNROLL
      for (int v = 0; v < kVectors; ++v) sums[r][v] = madd(value, b[v], sums[r][v]);
    }
  }
  KERAS_INLINE void add(const Tile& other) {
    for_each([&](int r, int v, Vec sum) { return sum + other.sums[r][v]; });
  }
};

// Stores the sums of up to kBlockRows rows and one panel in C. Register-only parts of the epilogue
// run per tile; finish() does the rest for all rows.
class PanelWriter {
 public:
  // `c` and `epilogue` start at the panel's first column; `columns` of its columns are used.
  PanelWriter(float* c, int64_t ldc, int64_t columns, const Epilogue& epilogue);
  PanelWriter(const PanelWriter&) = delete;
  PanelWriter& operator=(const PanelWriter&) = delete;

  // The initial sums of a tile: the bias, where possible.
  template <int kRows, int kVectors>
  KERAS_INLINE void start(Tile<kRows, kVectors>& tile) const;
  template <int kRows, int kVectors>
  KERAS_INLINE void store(Tile<kRows, kVectors> tile, int64_t first_row);
  void finish(int64_t rows) {
    if (to_ == buffer_) finish_buffer(rows);
  }

 private:
  void finish_buffer(int64_t rows);

  float* c_;
  int64_t ldc_, columns_;
  Epilogue epilogue_;
  // destination of the tiles, and their epilogue
  float* to_;
  int64_t stride_;
  const float *bias_, *residual_;
  bool cut_, clip_;
  float buffer_[kBlockRows * kPanel];
};

template <int kRows, int kVectors>
KERAS_INLINE void PanelWriter::start(Tile<kRows, kVectors>& tile) const {
  tile.clear();
  if (bias_ == nullptr) return;
  KERAS_UNROLL
  for (int v = 0; v < kVectors; ++v) {
    const Vec bias = load(bias_ + v * kLanes);
    KERAS_UNROLL
    for (int r = 0; r < kRows; ++r) tile.sums[r][v] = bias;
  }
}

template <int kRows, int kVectors>
KERAS_INLINE void PanelWriter::store(Tile<kRows, kVectors> tile, int64_t first_row) {
  if (residual_ != nullptr) {
    const float* residual = residual_ + first_row * ldc_;
    const auto stride = static_cast<ptrdiff_t>(ldc_);
    tile.for_each(
        [&](int r, int v, Vec sum) { return sum + load(residual + r * stride + v * kLanes); });
  }
  if (cut_) {
    tile.for_each([](int, int, Vec sum) { return max(sum, zero()); });
    if (clip_) {
      const Vec top = constant<6.f>();
      tile.for_each([&](int, int, Vec sum) { return min(sum, top); });
    }
  }
  float* to = to_ + first_row * stride_;
  const auto stride = static_cast<ptrdiff_t>(stride_);
  KERAS_UNROLL
  for (int r = 0; r < kRows; ++r, to += stride) {
    KERAS_UNROLL
    for (int v = 0; v < kVectors; ++v) kernels::store(to + v * kLanes, tile.sums[r][v]);
  }
}

// Calls f(integral constant) with `rows`, 1 to kTileRows.
template <int kRows = kTileRows, class F>
KERAS_INLINE void with_rows(int64_t rows, const F& f) {
  if constexpr (kRows > 1) {
    if (rows < kRows) return with_rows<kRows - 1>(rows, f);
  }
  f(std::integral_constant<int, kRows>());
}

// Calls f(integral constant) with the vectors of a panel of that width.
template <class F>
KERAS_INLINE void with_vectors(int64_t width, const F& f) {
  if constexpr (kPanel != kNarrowPanel) {
    if (width == kNarrowPanel) return f(std::integral_constant<int, kNarrowPanel / kLanes>());
  }
  f(std::integral_constant<int, kTileVectors>());
}

}  // namespace keras::kernels
