// Matrix products with packed panels: C = activation(A * B + bias).
#pragma once

#include <cstdint>

#include "kernels/dims.h"
#include "kernels/epilogue.h"
#include "kernels/panel_source.h"

namespace keras::kernels {

// Packs B (k rows, n columns) into panels (tile.h), padding the last one with zeros. `scale`, if
// given, holds a factor per column.
int64_t packed_b_floats(int64_t k, int64_t n);
void pack_b(const float* b, int64_t ldb, int64_t k, int64_t n, float* packed,
            const float* scale = nullptr);
// The same for the transpose of B, n rows of k values.
void pack_b_transposed(const float* b, int64_t ldb, int64_t k, int64_t n, float* packed);

// C[m, n] = epilogue(A[m, k] * B). Rows of A and C are lda and ldc floats apart. C must
// not overlap A.
void gemm(const float* a, int64_t lda, const float* packed_b, float* c, int64_t ldc, int64_t m,
          int64_t n, int64_t k, const Epilogue& epilogue = {});

// The same numbers with panels that a source makes. `scratch` is 16-byte aligned and holds
// gemm_source_scratch_floats(m, k) floats.
int64_t gemm_source_scratch_floats(int64_t m, int64_t k);
void gemm(const float* a, int64_t lda, const PanelSource& b, float* c, int64_t ldc, int64_t m,
          int64_t n, int64_t k, float* scratch, const Epilogue& epilogue = {});

// Products of two batches of matrices, neither known in advance (keras.ops.matmul on activations).
struct BatchedGemm {
  Dims batch;  // sizes of the batch axes; rank 0 for a single product
  Dims a_strides,
      b_strides;  // floats between matrices along each batch axis, 0 where broadcast
  int64_t m = 0, n = 0, k = 0;
  int64_t lda = 0, ldb = 0;  // floats between the stored rows of a matrix
  bool transpose_a = false;  // A is stored as [k, m]
  bool transpose_b = false;  // B is stored as [n, k]
};
// `scratch` is 16-byte aligned and holds batched_gemm_scratch_floats(p) floats; C is dense
// [batch..., m, n].
int64_t batched_gemm_scratch_floats(const BatchedGemm& p);
void batched_gemm(const BatchedGemm& p, const float* a, const float* b, float* c, float* scratch,
                  const Epilogue& epilogue = {});

}  // namespace keras::kernels
