// Products of matrices of 8-bit integers with sums of 32 bits: C = A * B.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/epilogue.h"
#include "kernels/int8_format.h"
#include "kernels/quantize_rows.h"

namespace keras::kernels {

// Where element (row, column) of B is stored: in a dense matrix or in its transpose.
struct Int8Matrix {
  const int8_t* data;
  int64_t row_stride, column_stride;
};

// Packs B (k rows, n columns) into panels, padded with zeros.
int64_t packed_int8_bytes(int64_t k, int64_t n, Int8Format format = int8_format());
void pack_int8(const Int8Matrix& b, int64_t k, int64_t n, std::byte* packed,
               Int8Format format = int8_format());

// For gemm_int8() and gemm_quantized(): 16-byte aligned.
int64_t gemm_int8_scratch_bytes(int64_t m, int64_t k, Int8Format format = int8_format());

// C[m, n] = A[m, k] * B; sums wrap, as in XLA. Rows of A are lda bytes apart, C is dense.
void gemm_int8(const int8_t* a, int64_t lda, const std::byte* packed, int32_t* c, int64_t m,
               int64_t n, int64_t k, std::byte* scratch, Int8Format format = int8_format());

// The same for floats that are quantized by rows, with floats as results: element (i, j) of C is
// activation(sum / (scale of row i * column_scales[j]) + bias). Other epilogues have no residual.
struct QuantizedProduct {
  int64_t m = 0, n = 0, k = 0;
  QuantizedRange range = {};
};
void gemm_quantized(const QuantizedProduct& p, const float* a, const std::byte* packed,
                    const float* column_scales, float* c, const Epilogue& epilogue,
                    std::byte* scratch, Int8Format format = int8_format());

}  // namespace keras::kernels
