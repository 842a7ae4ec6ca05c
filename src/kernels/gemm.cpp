#include "kernels/gemm.h"

#include <algorithm>
#include <cstring>

#include "kernels/tile.h"

namespace keras::kernels {
namespace {

// A block of A of kBlockRows x kBlockDepth stays in the second-level cache while the panels of B
// pass by; kBlockDepth rows of one panel and one tile of A stay in the first.
constexpr int64_t kBlockRows = 96;
constexpr int64_t kBlockDepth = 512;

// One row has too few sums in flight to hide the latency of an addition: four partial sums each,
// over interleaved k.
void multiply_row(const float* a, int64_t k, const float* panel, float* c, int64_t columns,
                  const float* bias, const Epilogue& epilogue) {
  Vec sums[4][2];
  KERAS_UNROLL
  for (auto& sum : sums) sum[0] = sum[1] = zero();
  int64_t i = 0;
  for (; i + 4 <= k; i += 4, panel += 4 * kPanel) {
    KERAS_UNROLL
    for (int j = 0; j < 4; ++j) {
      const Vec value = splat(a[i + j]);
      sums[j][0] = madd(value, load(panel + j * kPanel), sums[j][0]);
      sums[j][1] = madd(value, load(panel + j * kPanel + kLanes), sums[j][1]);
    }
  }
  for (; i < k; ++i, panel += kPanel) {
    const Vec value = splat(a[i]);
    sums[0][0] = madd(value, load(panel), sums[0][0]);
    sums[0][1] = madd(value, load(panel + kLanes), sums[0][1]);
  }
  Tile<1> tile;
  tile.sums[0][0] = (sums[0][0] + sums[1][0]) + (sums[2][0] + sums[3][0]);
  tile.sums[0][1] = (sums[0][1] + sums[1][1]) + (sums[2][1] + sums[3][1]);
  tile.finish(c, 0, columns, bias, epilogue);
}

}  // namespace

void finish_tile(const float* sums, int rows, float* c, int64_t ldc, int64_t columns,
                 const float* bias, const Epilogue& epilogue) {
  float values[kTileRows * kPanel];
  const int64_t n = rows * columns;
  for (int r = 0; r < rows; ++r) {
    for (int64_t j = 0; j < columns; ++j) {
      float value = sums[r * kPanel + j];
      if (bias != nullptr) value += bias[j];
      if (epilogue.accumulate) value += c[r * ldc + j];
      values[r * columns + j] = value;
    }
  }
  if (epilogue.activation != Unary::kLinear)
    unary(epilogue.activation, values, values, n, epilogue.params);
  for (int r = 0; r < rows; ++r) {
    std::memcpy(c + r * ldc, values + r * columns, static_cast<size_t>(columns) * sizeof(float));
  }
}

int64_t packed_b_floats(int64_t k, int64_t n) { return panel_count(n) * kPanel * k; }

void pack_b(const float* b, int64_t ldb, int64_t k, int64_t n, float* packed) {
  for (int64_t column = 0; column < n; column += kPanel) {
    const int64_t width = std::min<int64_t>(kPanel, n - column);
    for (int64_t i = 0; i < k; ++i, packed += kPanel) {
      const float* row = b + i * ldb + column;
      for (int64_t j = 0; j < kPanel; ++j) packed[j] = j < width ? row[j] : 0.f;
    }
  }
}

void pack_b_transposed(const float* b, int64_t ldb, int64_t k, int64_t n, float* packed) {
  for (int64_t column = 0; column < n; column += kPanel, packed += k * kPanel) {
    for (int64_t j = 0; j < kPanel; ++j) {
      if (column + j < n) {
        const float* row = b + (column + j) * ldb;
        for (int64_t i = 0; i < k; ++i) packed[i * kPanel + j] = row[i];
      } else {
        for (int64_t i = 0; i < k; ++i) packed[i * kPanel + j] = 0.f;
      }
    }
  }
}

void gemm(const float* a, int64_t lda, const float* packed_b, float* c, int64_t ldc, int64_t m,
          int64_t n, int64_t k, const Epilogue& epilogue) {
  if (m == 1) {
    for (int64_t column = 0; column < n; column += kPanel) {
      const float* bias = epilogue.bias != nullptr ? epilogue.bias + column : nullptr;
      multiply_row(a, k, packed_b + column * k, c + column, std::min<int64_t>(kPanel, n - column),
                   bias, epilogue);
    }
    return;
  }
  int64_t depth = 0;
  do {
    const int64_t depth_size = std::min(kBlockDepth, k - depth);
    const bool last = depth + depth_size == k;
    Epilogue partial = last ? epilogue : Epilogue{};
    partial.accumulate = epilogue.accumulate || depth > 0;
    for (int64_t first_row = 0; first_row < m; first_row += kBlockRows) {
      const int64_t end_row = std::min(m, first_row + kBlockRows);
      for (int64_t column = 0; column < n; column += kPanel) {
        const float* panel = packed_b + column * k + depth * kPanel;
        const int64_t columns = std::min<int64_t>(kPanel, n - column);
        const float* bias = partial.bias != nullptr ? partial.bias + column : nullptr;
        for (int64_t row = first_row; row < end_row; row += kTileRows) {
          with_rows(std::min<int64_t>(kTileRows, end_row - row), [&](auto rows) {
            const float* pointers[rows()];
            for (int r = 0; r < rows(); ++r) pointers[r] = a + (row + r) * lda;
            Tile<rows()> tile;
            tile.clear();
            tile.add(pointers, depth, depth_size, panel);
            tile.finish(c + row * ldc + column, ldc, columns, bias, partial);
          });
        }
      }
    }
    depth += depth_size;
  } while (depth < k);
}

namespace {

// Calls f(a_offset, b_offset, index) for every matrix of the stack.
template <class F>
void for_each_matrix(const BatchedGemm& p, const F& f) {
  const int rank = p.batch.rank();
  const int64_t count = p.batch.count();
  Dims index = p.batch;
  for (int axis = 0; axis < rank; ++axis) index[axis] = 0;
  int64_t a = 0, b = 0;
  for (int64_t i = 0; i < count; ++i) {
    f(a, b, i);
    for (int axis = rank - 1; axis >= 0; --axis) {
      a += p.a_strides[axis];
      b += p.b_strides[axis];
      if (++index[axis] < p.batch[axis]) break;
      a -= p.a_strides[axis] * p.batch[axis];
      b -= p.b_strides[axis] * p.batch[axis];
      index[axis] = 0;
    }
  }
}

}  // namespace

int64_t batched_gemm_scratch_floats(const BatchedGemm& p) {
  return packed_b_floats(p.k, p.n) + (p.transpose_a ? p.m * p.k : 0);
}

void batched_gemm(const BatchedGemm& p, const float* a, const float* b, float* c, float* scratch,
                  const Epilogue& epilogue) {
  float* packed = scratch;
  float* rows = scratch + packed_b_floats(p.k, p.n);
  int64_t packed_offset = -1;
  for_each_matrix(p, [&](int64_t a_offset, int64_t b_offset, int64_t i) {
    if (b_offset != packed_offset) {  // a repeated B is packed once
      (p.transpose_b ? pack_b_transposed : pack_b)(b + b_offset, p.ldb, p.k, p.n, packed);
      packed_offset = b_offset;
    }
    const float* matrix = a + a_offset;
    int64_t lda = p.lda;
    if (p.transpose_a) {
      for (int64_t r = 0; r < p.m; ++r) {
        for (int64_t j = 0; j < p.k; ++j) rows[r * p.k + j] = matrix[j * lda + r];
      }
      matrix = rows;
      lda = p.k;
    }
    gemm(matrix, lda, packed, c + i * p.m * p.n, p.n, p.m, p.n, p.k, epilogue);
  });
}

}  // namespace keras::kernels
