// Products of matrices of 8-bit integers with sums of 32 bits: C = A * B.
#pragma once

#include <cstddef>
#include <cstdint>

namespace keras::kernels {

// Where element (row, column) of B is stored: in a dense matrix or in its transpose.
struct Int8Matrix {
  const int8_t* data;
  int64_t row_stride, column_stride;
};

// Packs B (k rows, n columns) into panels, padded with zeros.
int64_t packed_int8_bytes(int64_t k, int64_t n);
void pack_int8(const Int8Matrix& b, int64_t k, int64_t n, int8_t* packed);

// C[m, n] = A[m, k] * B; sums wrap, as in XLA. Rows of A are lda bytes apart, C is dense. `scratch`
// is 16-byte aligned and holds gemm_int8_scratch_bytes(m, k) bytes.
int64_t gemm_int8_scratch_bytes(int64_t m, int64_t k);
void gemm_int8(const int8_t* a, int64_t lda, const int8_t* packed, int32_t* c, int64_t m, int64_t n,
               int64_t k, std::byte* scratch);

}  // namespace keras::kernels
