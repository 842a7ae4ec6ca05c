// Products of floats with weights that stay 16, 8 or 4 bits wide: C = epilogue(A * B), where B is
// expanded to floats a few columns at a time. The same numbers as gemm() with B as floats.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/epilogue.h"

namespace keras::kernels {

enum class Compact : uint8_t {
  kFloat16,  // of magnitudes below 128
  kBFloat16,
  kInt8,
  kInt4,  // values from -8 to 7
};

// Integers that stand for (value - zero) * scale, with a scale and a zero for each column of each
// group of rows: matrices with compact_group_stride(n) floats for each group.
struct CompactGroups {
  const int32_t* group_of_row = nullptr;  // null: integers stand for themselves
  const float *scales = nullptr, *zeros = nullptr;
};

int64_t compact_group_stride(int64_t n);

// Where element (row, column) of B is stored: uint16_t or int8_t, an element for each int4.
struct CompactMatrix {
  const void* data;
  int64_t row_stride, column_stride;
};

// Packs B (k rows, n columns).
int64_t packed_compact_bytes(Compact format, int64_t k, int64_t n);
void pack_compact(Compact format, const CompactMatrix& b, int64_t k, int64_t n, std::byte* packed);

struct CompactProduct {
  Compact format = Compact::kInt8;
  int64_t m = 0, n = 0, k = 0;
  int64_t lda = 0;  // floats between rows of A
};
// `scratch` is 16-byte aligned and holds gemm_compact_scratch_floats(p) floats; C is dense.
int64_t gemm_compact_scratch_floats(const CompactProduct& p);
void gemm_compact(const CompactProduct& p, const float* a, const std::byte* packed,
                  const CompactGroups& groups, float* c, float* scratch,
                  const Epilogue& epilogue = {});

}  // namespace keras::kernels
