// Products of one or a few rows with packed panels, for small batches.
#pragma once

#include <cstdint>

#include "kernels/epilogue.h"
#include "kernels/panel_source.h"
#include "kernels/tile.h"

namespace keras::kernels {

// For more rows, gemm() is faster.
inline constexpr int64_t kFewRows = KERAS_FUSED_MADD ? 3 : 1;

// gemm() for 1 <= m <= kFewRows.
void gemm_few(const float* a, int64_t lda, const float* packed_b, float* c, int64_t ldc, int64_t m,
              int64_t n, int64_t k, const Epilogue& epilogue);
// The same numbers with panels that a source makes.
void gemm_few(const float* a, int64_t lda, const PanelSource& b, float* c, int64_t ldc, int64_t m,
              int64_t n, int64_t k, const Epilogue& epilogue);

}  // namespace keras::kernels
