#include "kernels/gemm.h"

#include <algorithm>

#include "kernels/gemm_few.h"
#include "kernels/parallel.h"
#include "kernels/tile.h"

namespace keras::kernels {
namespace {

// One tile of A and kBlockDepth rows of one panel fit the first-level cache together, even when
// rows of A are a power of two apart; a block of kBlockRows rows of A fits the second level while
// all panels of B are read.
constexpr int64_t kBlockDepth = 256;

// A multiply-add has a latency of several cycles: a tile with fewer vectors than this would
// stall, so each value gets several partial sums over interleaved k. A plain addition has a
// shorter latency: no tile is that small, so a row's sums do not depend on the rows beside it,
// which `keras-wasm score` promises.
constexpr int kVectorsInFlight = KERAS_FUSED_MADD ? 8 : kNarrowPanel / kLanes;

// Rows of A, `depth` values each, and the corresponding rows of a panel.
struct Strip {
  const float* a;
  int64_t lda, depth;
  const float* panel;
};

template <int kRows, int kVectors>
KERAS_INLINE void multiply_tile(const Strip& strip, int64_t first_row, PanelWriter& writer) {
  const float* rows[kRows];
  rows[0] = strip.a + first_row * strip.lda;
  KERAS_UNROLL
  for (int r = 1; r < kRows; ++r) rows[r] = rows[r - 1] + static_cast<ptrdiff_t>(strip.lda);
  Tile<kRows, kVectors> tile;
  writer.start(tile);
  constexpr int kParts = std::max(1, kVectorsInFlight / (kRows * kVectors));
  if constexpr (kParts == 1) {
    tile.add(rows, 0, strip.depth, strip.panel);
  } else {
    Tile<kRows, kVectors> parts[kParts];
    for (auto& part : parts) part.clear();
    const float* panel = strip.panel;
    int64_t left = strip.depth;
    KERAS_NO_UNROLL
    for (; left >= kParts; left -= kParts) {
      KERAS_UNROLL
      for (auto& part : parts) {
        part.add_one(rows, panel);
        panel += tile.kWidth;
        KERAS_UNROLL
        for (int r = 0; r < kRows; ++r) ++rows[r];
      }
    }
    tile.add(rows, 0, left, panel);
    for (const auto& part : parts) tile.add(part);
  }
  writer.store(tile, first_row);
}

// `tiles` times kRows rows. Not inlined, so that each loop has all registers.
template <int kRows, int kVectors>
[[gnu::noinline]] void multiply_rows(const Strip& strip, int64_t first_row, int64_t tiles,
                                     PanelWriter& writer) {
  for (; tiles > 0; --tiles, first_row += kRows)
    multiply_tile<kRows, kVectors>(strip, first_row, writer);
}

// All rows times one panel; the last two tiles are about equal.
template <int kVectors>
void multiply_panel(const Strip& strip, int64_t rows, PanelWriter& writer) {
  constexpr int kRows = kTileRows * kTileVectors / kVectors;
  int64_t tiles = rows / kRows;
  int64_t rest = rows % kRows;
  if (tiles > 0 && rest > 0) {
    --tiles;
    rest += kRows;
  }
  multiply_rows<kRows, kVectors>(strip, 0, tiles, writer);
  for (int64_t row = rows - rest; row < rows;) {
    const int64_t count = rest > kRows ? (rest + 1) / 2 : rest;
    with_rows<kRows>(count, [&](auto n) { multiply_rows<n(), kVectors>(strip, row, 1, writer); });
    row += count;
    rest -= count;
  }
}

}  // namespace

PanelWriter::PanelWriter(float* c, int64_t ldc, int64_t columns, const Epilogue& epilogue)
    : c_(c),
      ldc_(ldc),
      columns_(columns),
      epilogue_(epilogue),
      to_(c),
      stride_(ldc),
      bias_(epilogue.bias),
      residual_(epilogue.residual),
      cut_(epilogue.activation == Unary::kRelu || epilogue.activation == Unary::kRelu6),
      clip_(epilogue.activation == Unary::kRelu6) {
  const int64_t width = panel_width(columns);
  const bool partial = columns < width;  // bias and residual end within a vector
  if (!partial && (cut_ || epilogue.activation == Unary::kLinear)) return;
  to_ = buffer_;
  stride_ = width;
  if (partial) {
    bias_ = residual_ = nullptr;
    cut_ = clip_ = false;
  }
}

void PanelWriter::finish_buffer(int64_t rows) {
  if (columns_ == stride_) {
    unary(epilogue_.activation, buffer_, buffer_, rows * stride_, epilogue_.params);
    const float* from = buffer_;
    float* to = c_;
    for (int64_t row = 0; row < rows; ++row, from += stride_, to += ldc_) {
      // Faster than memcpy for a few vectors.
      for (int64_t j = 0; j < stride_; j += kLanes) kernels::store(to + j, load(from + j));
    }
    return;
  }
  float* packed = buffer_;
  for (int64_t row = 0; row < rows; ++row, packed += columns_) {
    const float* sums = buffer_ + row * stride_;
    for (int64_t j = 0; j < columns_; ++j) {
      float value = sums[j];
      if (epilogue_.bias != nullptr) value += epilogue_.bias[j];
      if (epilogue_.residual != nullptr) value += epilogue_.residual[row * ldc_ + j];
      packed[j] = value;
    }
  }
  if (epilogue_.activation != Unary::kLinear)
    unary(epilogue_.activation, buffer_, buffer_, rows * columns_, epilogue_.params);
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t j = 0; j < columns_; ++j) c_[row * ldc_ + j] = buffer_[row * columns_ + j];
  }
}

int64_t packed_b_floats(int64_t k, int64_t n) { return packed_columns(n) * k; }

namespace {

// Rows of B packed into every panel before the next rows: as many as stay in the cache and the TLB
// while adjacent panels copy their parts of each line.
constexpr int64_t kPackedRows = 64;

template <int kVectors>
void pack_panel(const float* b, int64_t ldb, int64_t rows, const float* scale, float* packed) {
  Vec factors[kVectors];
  for (int v = 0; v < kVectors; ++v) factors[v] = scale ? load(scale + v * kLanes) : splat(1.f);
  for (int64_t i = 0; i < rows; ++i, b += ldb, packed += kVectors * kLanes) {
    for (int v = 0; v < kVectors; ++v)
      store(packed + v * kLanes, load(b + v * kLanes) * factors[v]);
  }
}

// The last panel, which has fewer columns.
void pack_part(const float* b, int64_t ldb, int64_t rows, int64_t columns, const float* scale,
               float* packed) {
  const int64_t width = panel_width(columns);
  for (int64_t i = 0; i < rows; ++i, b += ldb, packed += width) {
    for (int64_t j = 0; j < columns; ++j) packed[j] = scale ? b[j] * scale[j] : b[j];
    std::fill(packed + columns, packed + width, 0.f);
  }
}

void pack_columns(const float* b, int64_t ldb, int64_t k, int64_t n, const float* scale,
                  float* packed) {
  for (int64_t row = 0; row < k; row += kPackedRows) {
    const int64_t rows = std::min(kPackedRows, k - row);
    for (int64_t column = 0; column < n; column += kPanel) {
      const int64_t columns = std::min<int64_t>(kPanel, n - column);
      const float* from = b + row * ldb + column;
      const float* factors = scale ? scale + column : nullptr;
      float* to = packed + column * k + row * panel_width(columns);
      if (columns == kPanel) {
        pack_panel<kTileVectors>(from, ldb, rows, factors, to);
      } else if (columns == kNarrowPanel) {
        pack_panel<kNarrowPanel / kLanes>(from, ldb, rows, factors, to);
      } else {
        pack_part(from, ldb, rows, columns, factors, to);
      }
    }
  }
}

void pack_rows(const float* b, int64_t ldb, int64_t k, int64_t n, float* packed) {
  for (int64_t column = 0; column < n; column += kPanel) {
    const int64_t width = panel_width(n - column);
    for (int64_t j = 0; j < width; ++j) {
      const float* row = b + (column + j) * ldb;
      if (column + j < n) {
        for (int64_t i = 0; i < k; ++i) packed[i * width + j] = row[i];
      } else {
        for (int64_t i = 0; i < k; ++i) packed[i * width + j] = 0.f;
      }
    }
    packed += k * width;
  }
}

// Calls f(first column, number of columns, panels) for whole panels.
template <class F>
void for_each_panels(int64_t k, int64_t n, float* packed, const F& f) {
  constexpr int64_t kCost = 2;  // per vector
  parallel_for((n + kPanel - 1) / kPanel, kCost * kTileVectors * k,
               [&](int64_t begin, int64_t end) {
                 const int64_t first = begin * kPanel;
                 f(first, std::min(n, end * kPanel) - first, packed + first * k);
               });
}

}  // namespace

void pack_b(const float* b, int64_t ldb, int64_t k, int64_t n, float* packed, const float* scale) {
  for_each_panels(k, n, packed, [&](int64_t first, int64_t columns, float* panels) {
    pack_columns(b + first, ldb, k, columns, scale ? scale + first : nullptr, panels);
  });
}

void pack_b_transposed(const float* b, int64_t ldb, int64_t k, int64_t n, float* packed) {
  for_each_panels(k, n, packed, [&](int64_t first, int64_t columns, float* panels) {
    pack_rows(b + first * ldb, ldb, k, columns, panels);
  });
}

namespace {

// The epilogue of the products of rows [depth, depth + size) of B: the first add the bias, others
// add to C, and the last apply the activation.
Epilogue part_of(const Epilogue& epilogue, float* c, int64_t depth, int64_t size, int64_t k) {
  Epilogue part = epilogue;
  if (depth > 0) part.residual = c;
  if (depth + size < k) {
    part.bias = nullptr;
    part.activation = Unary::kLinear;
  }
  return part;
}

// `rows` rows of C, and the columns of one panel.
void multiply_block(const Strip& strip, float* c, int64_t ldc, int64_t row, int64_t column,
                    int64_t rows, int64_t n, const Epilogue& epilogue) {
  const int64_t width = panel_width(n - column);
  PanelWriter writer(c + row * ldc + column, ldc, std::min(width, n - column),
                     epilogue.at(row * ldc + column, column));
  with_vectors(width, [&](auto vectors) { multiply_panel<vectors()>(strip, rows, writer); });
  writer.finish(rows);
}

// On one thread.
void multiply(const float* a, int64_t lda, const float* packed_b, float* c, int64_t ldc, int64_t m,
              int64_t n, int64_t k, int64_t block_depth, const Epilogue& epilogue) {
  int64_t depth = 0;
  do {
    const int64_t depth_size = std::min(block_depth, k - depth);
    const Epilogue partial = part_of(epilogue, c, depth, depth_size, k);
    for (int64_t row = 0; row < m; row += kBlockRows) {
      const int64_t rows = std::min(kBlockRows, m - row);
      for (int64_t column = 0; column < n; column += kPanel) {
        const int64_t width = panel_width(n - column);
        multiply_block(
            {a + row * lda + depth, lda, depth_size, packed_b + column * k + depth * width}, c, ldc,
            row, column, rows, n, partial);
      }
    }
    depth += depth_size;
  } while (depth < k);
}

}  // namespace

namespace {

// A few rows stay in the cache at any length.
int64_t block_depth_of(int64_t m, int64_t k) { return m <= kTileRows ? k : kBlockDepth; }

}  // namespace

void gemm(const float* a, int64_t lda, const float* packed_b, float* c, int64_t ldc, int64_t m,
          int64_t n, int64_t k, const Epilogue& epilogue) {
  if (m >= 1 && m <= kFewRows) return gemm_few(a, lda, packed_b, c, ldc, m, n, k, epilogue);
  const int64_t block_depth = block_depth_of(m, k);
  const int64_t panels = (n + kPanel - 1) / kPanel;
  const int64_t blocks = (m + kBlockRows - 1) / kBlockRows;
  const int64_t cost = std::min(m, kBlockRows) * k * kTileVectors;
  // Threads share whole blocks of rows, so that tiles are the same as on one thread, and panels.
  parallel_for(blocks * panels, cost, [&](int64_t begin, int64_t end) {
    if (begin == 0 && end == blocks * panels) {
      multiply(a, lda, packed_b, c, ldc, m, n, k, block_depth, epilogue);
      return;
    }
    while (begin < end) {
      const int64_t row = begin / panels * kBlockRows, column = begin % panels * kPanel;
      const int64_t last = std::min(n, column + (end - begin) * kPanel);
      multiply(a + row * lda, lda, packed_b + column * k, c + row * ldc + column, ldc,
               std::min(kBlockRows, m - row), last - column, k, block_depth,
               epilogue.at(row * ldc + column, column));
      begin += (last - column + kPanel - 1) / kPanel;
    }
  });
}

int64_t gemm_source_scratch_floats(int64_t m, int64_t k) {
  if (m <= kFewRows) return 0;
  return thread_count() * kPanel * std::min(k, block_depth_of(m, k));
}

void gemm(const float* a, int64_t lda, const PanelSource& b, float* c, int64_t ldc, int64_t m,
          int64_t n, int64_t k, float* scratch, const Epilogue& epilogue) {
  if (m >= 1 && m <= kFewRows) return gemm_few(a, lda, b, c, ldc, m, n, k, epilogue);
  const int64_t block_depth = std::min(k, block_depth_of(m, k));
  static_assert(kBlockDepth % PanelSource::kRowsAligned == 0);
  parallel_for((n + kPanel - 1) / kPanel, m * k * kTileVectors, [&](int64_t begin, int64_t end) {
    float* panel = scratch + current_thread() * kPanel * block_depth;
    for (int64_t column = begin * kPanel; column < std::min(n, end * kPanel); column += kPanel) {
      const int64_t width = panel_width(n - column);
      int64_t depth = 0;
      do {
        const int64_t depth_size = std::min(block_depth, k - depth);
        b.read(column, width, depth, depth_size, panel);
        const Epilogue partial = part_of(epilogue, c, depth, depth_size, k);
        for (int64_t row = 0; row < m; row += kBlockRows) {
          multiply_block({a + row * lda + depth, lda, depth_size, panel}, c, ldc, row, column,
                         std::min(kBlockRows, m - row), n, partial);
        }
        depth += depth_size;
      } while (depth < k);
    }
  });
}

}  // namespace keras::kernels
