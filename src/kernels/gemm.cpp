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
void multiply_row(const float* a, const float* packed, float* c, int64_t n, int64_t k,
                  const Epilogue& epilogue) {
  for (int64_t column = 0; column < n; column += kPanel) {
    const float* panel = packed + column * k;
    const float* row = a;
    Tile<1> parts[kLanes];
    for (auto& part : parts) part.clear();
    int64_t left = k;
    for (; left >= kLanes; left -= kLanes, panel += kLanes * kPanel, row += kLanes) {
      const Vec values = load(row);
      const auto step = [&](auto lane) {
        const Vec value = splat_lane<lane()>(values);
        auto& sums = parts[lane()].sums[0];
        sums[0] = madd(value, load(panel + lane() * kPanel), sums[0]);
        sums[1] = madd(value, load(panel + lane() * kPanel + kLanes), sums[1]);
      };
      step(std::integral_constant<int, 0>());
      step(std::integral_constant<int, 1>());
      step(std::integral_constant<int, 2>());
      step(std::integral_constant<int, 3>());
    }
    parts[0].add(&row, 0, left, panel);
    for (int half = 0; half < 2; ++half) {
      parts[0].sums[0][half] = (parts[0].sums[0][half] + parts[1].sums[0][half]) +
                               (parts[2].sums[0][half] + parts[3].sums[0][half]);
    }
    const float* bias = epilogue.bias != nullptr ? epilogue.bias + column : nullptr;
    parts[0].finish(c + column, 0, std::min<int64_t>(kPanel, n - column), bias, epilogue);
  }
}

// A fused multiply-add takes longer than an addition: two partial sums each help up to three rows.
template <int kRows>
void multiply_few(const float* a, int64_t lda, const float* packed, float* c, int64_t ldc,
                  int64_t n, int64_t k, const Epilogue& epilogue) {
  for (int64_t column = 0; column < n; column += kPanel) {
    const float* panel = packed + column * k;
    const float* rows[kRows];
    for (int r = 0; r < kRows; ++r) rows[r] = a + r * lda;
    Tile<kRows> even, odd;
    even.clear();
    odd.clear();
    int64_t left = k;
    for (; left >= 2; left -= 2, panel += 2 * kPanel) {
      even.add(rows, 0, 1, panel);
      odd.add(rows, 1, 1, panel + kPanel);
      for (int r = 0; r < kRows; ++r) rows[r] += 2;
    }
    even.add(rows, 0, left, panel);
    for (int r = 0; r < kRows; ++r) {
      even.sums[r][0] += odd.sums[r][0];
      even.sums[r][1] += odd.sums[r][1];
    }
    const float* bias = epilogue.bias != nullptr ? epilogue.bias + column : nullptr;
    even.finish(c + column, ldc, std::min<int64_t>(kPanel, n - column), bias, epilogue);
  }
}

// Rows of the next tile when `left` remain: the last two tiles are about equal.
int64_t next_rows(int64_t left) {
  if (left <= kTileRows) return left;
  return left < 2 * kTileRows ? (left + 1) / 2 : kTileRows;
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
  if (m == 1) return multiply_row(a, packed_b, c, n, k, epilogue);
  if constexpr (KERAS_FUSED_MADD) {
    if (m == 2) return multiply_few<2>(a, lda, packed_b, c, ldc, n, k, epilogue);
    if (m == 3) return multiply_few<3>(a, lda, packed_b, c, ldc, n, k, epilogue);
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
        for (int64_t row = first_row; row < end_row;) {
          const int64_t count = next_rows(end_row - row);
          with_rows(count, [&](auto rows) {
            const float* pointers[rows()];
            for (int r = 0; r < rows(); ++r) pointers[r] = a + (row + r) * lda;
            Tile<rows()> tile;
            tile.clear();
            tile.add(pointers, depth, depth_size, panel);
            tile.finish(c + row * ldc + column, ldc, columns, bias, partial);
          });
          row += count;
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
