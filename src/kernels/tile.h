// The micro-kernel of every matrix product here: up to kTileRows rows times one packed panel of 8
// columns, held in registers.
#pragma once

#include <cstdint>
#include <type_traits>

#include "kernels/epilogue.h"
#include "kernels/simd.h"

namespace keras::kernels {

// Measured in WebAssembly: with a fused multiply-add 6 rows are fastest; without it a temporary is
// live too, and more spills.
inline constexpr int kTileRows = KERAS_FUSED_MADD ? 6 : 4;
inline constexpr int kPanel = 8;  // columns of a packed panel of B

constexpr int64_t panel_count(int64_t n) { return (n + kPanel - 1) / kPanel; }

template <int kRows>
struct Tile {
  Vec sums[kRows][2];

  KERAS_INLINE void clear() {
    KERAS_UNROLL
    for (int r = 0; r < kRows; ++r) sums[r][0] = sums[r][1] = zero();
  }

  // Adds the products of k values of each row, `offset` floats after its pointer, with k rows of a
  // panel.
  KERAS_INLINE void add(const float* const* rows, int64_t offset, int64_t k, const float* panel) {
    const float* a[kRows];
    KERAS_UNROLL
    for (int r = 0; r < kRows; ++r) a[r] = rows[r] + offset;
    for (int64_t i = 0; i < k; ++i, panel += kPanel) {
      const Vec b0 = load(panel);
      const Vec b1 = load(panel + kLanes);
      KERAS_UNROLL
      for (int r = 0; r < kRows; ++r) {
        const Vec value = splat(a[r][i]);
        sums[r][0] = madd(value, b0, sums[r][0]);
        sums[r][1] = madd(value, b1, sums[r][1]);
      }
    }
  }

  // Writes `columns` (1 to 8) values of each row. `bias` is that of the first column.
  KERAS_INLINE void finish(float* c, int64_t ldc, int64_t columns, const float* bias,
                           const Epilogue& epilogue);
};

// The slower half of finish(), out of line: partial panels and activations with a function call.
void finish_tile(const float* sums, int rows, float* c, int64_t ldc, int64_t columns,
                 const float* bias, const Epilogue& epilogue);

template <int kRows>
KERAS_INLINE void Tile<kRows>::finish(float* c, int64_t ldc, int64_t columns, const float* bias,
                                      const Epilogue& epilogue) {
  const bool clip = epilogue.activation == Unary::kRelu6;
  const bool cut = epilogue.activation == Unary::kRelu || clip;
  if (columns < kPanel || !(cut || epilogue.activation == Unary::kLinear)) {
    float values[kRows * kPanel];
    KERAS_UNROLL
    for (int r = 0; r < kRows; ++r) {
      store(values + r * kPanel, sums[r][0]);
      store(values + r * kPanel + kLanes, sums[r][1]);
    }
    finish_tile(values, kRows, c, ldc, columns, bias, epilogue);
    return;
  }
  if (bias != nullptr) {
    const Vec b0 = load(bias);
    const Vec b1 = load(bias + kLanes);
    KERAS_UNROLL
    for (int r = 0; r < kRows; ++r) {
      sums[r][0] += b0;
      sums[r][1] += b1;
    }
  }
  KERAS_UNROLL
  for (int r = 0; r < kRows; ++r) {
    float* row = c + r * ldc;
    if (epilogue.accumulate) {
      sums[r][0] += load(row);
      sums[r][1] += load(row + kLanes);
    }
    if (cut) {
      sums[r][0] = max(sums[r][0], zero());
      sums[r][1] = max(sums[r][1], zero());
    }
    if (clip) {
      sums[r][0] = min(sums[r][0], splat(6.f));
      sums[r][1] = min(sums[r][1], splat(6.f));
    }
    store(row, sums[r][0]);
    store(row + kLanes, sums[r][1]);
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

}  // namespace keras::kernels
