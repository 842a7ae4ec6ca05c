#include "kernels/gemm_int8.h"

#include <algorithm>

#include "kernels/integer_vectors.h"
#include "kernels/parallel.h"
#include "kernels/tile.h"

namespace keras::kernels {
namespace {

// A panel holds the columns of two vectors. It begins with what their sums start with; then, for
// each two or four rows of B, there are the values of the first column, of the second, and so on.
constexpr int kVectors = 2;
constexpr int kColumns = kVectors * kLanes;
constexpr int64_t kStartBytes = kColumns * sizeof(int32_t);
// Rows of A that stay in the second-level cache while all panels are read.
constexpr int64_t kRowsTogether = 96;

int depth_of(Int8Format format) { return format == Int8Format::kPairs ? 2 : 4; }
int64_t steps_of(Int8Format format, int64_t k) {
  return (k + depth_of(format) - 1) / depth_of(format);
}
int64_t panels_of(int64_t n) { return (n + kColumns - 1) / kColumns; }
int64_t panel_bytes(Int8Format format, int64_t k) {
  return kStartBytes + steps_of(format, k) * depth_of(format) * kColumns;
}

struct Pairs {
  using Value = int16_t;
  static constexpr int kDepth = 2;
  static constexpr int kRows = 4;
  static KERAS_INLINE ShortVec column_values(const int8_t* p) { return widen(p); }
  static KERAS_INLINE ShortVec row_values(const int16_t* p) { return splat_pair(p); }
  static KERAS_INLINE IntVec add(ShortVec b, ShortVec a, IntVec sum) {
    return sum + dot_pairs(a, b);
  }
};

#if KERAS_DOT_QUADS
template <bool kUnsigned>
struct Quads {
  using Value = int8_t;
  static constexpr int kDepth = 4;
  static constexpr int kRows = 6;
  static KERAS_INLINE ByteVec column_values(const int8_t* p) { return load_bytes<ByteVec>(p); }
  static KERAS_INLINE ByteVec row_values(const int8_t* p) { return splat_quad(p); }
  static KERAS_INLINE IntVec add(ByteVec b, ByteVec a, IntVec sum) {
    return dot_quads<kUnsigned>(b, a, sum);
  }
};
#endif

// Where sums go: to a matrix of integers, or scaled to one of floats.
struct Output {
  int64_t n = 0;
  int32_t* integers = nullptr;
  float* floats = nullptr;
  const float *row_scales = nullptr, *column_scales = nullptr;
  Epilogue epilogue = {};

  // Columns of one row; `sums` is padded to whole vectors.
  void write(const int32_t* sums, int64_t row, int64_t column, int64_t columns) const {
    const int64_t at = row * n + column;
    if (integers != nullptr) {
      std::copy_n(sums, columns, integers + at);
      return;
    }
    const Vec row_scale = splat(row_scales[row]);
    const bool cut = epilogue.activation == Unary::kRelu || epilogue.activation == Unary::kRelu6;
    const bool clip = epilogue.activation == Unary::kRelu6;
    KERAS_NO_UNROLL
    for (int64_t j = 0; j < columns; j += kLanes) {
      const int64_t lanes = std::min<int64_t>(kLanes, columns - j);
      const auto get = [&](const float* p) {
        return lanes < kLanes ? load_partial(p, lanes) : load(p);
      };
      Vec y = to_floats(load(sums + j)) / (get(column_scales + column + j) * row_scale);
      if (epilogue.bias != nullptr) y += get(epilogue.bias + column + j);
      if (cut) y = max(y, zero());
      if (clip) y = min(y, constant<6.f>());
      if (lanes < kLanes) {
        store_partial(floats + at + j, y, lanes);
      } else {
        kernels::store(floats + at + j, y);
      }
    }
  }
};

struct Strip {
  const std::byte* rows;
  int64_t row_bytes, steps;
  const std::byte* panel;
  int64_t panel_bytes;
};

// kCount rows times kPanels panels. Rows are few where there are several panels, so that enough
// sums hide the latency of an instruction.
template <class Dot, int kCount, int kPanels>
KERAS_INLINE void multiply(const Strip& strip, int64_t first_row, int32_t* to) {
  using Value = typename Dot::Value;
  constexpr ptrdiff_t kStep = Dot::kDepth * kColumns;
  IntVec sums[kCount][kPanels * kVectors];
  const auto between = static_cast<ptrdiff_t>(strip.panel_bytes);
  const auto row_stride = static_cast<ptrdiff_t>(strip.row_bytes);
  const Value* rows[kCount];
  KERAS_UNROLL
  for (int r = 0; r < kCount; ++r) {
    rows[r] = reinterpret_cast<const Value*>(strip.rows + (first_row + r) * row_stride);
    KERAS_UNROLL
    for (int p = 0; p < kPanels; ++p) {
      KERAS_UNROLL
      for (int v = 0; v < kVectors; ++v) {
        const auto* start = reinterpret_cast<const int32_t*>(strip.panel + p * between);
        sums[r][p * kVectors + v] = load(start + v * kLanes);
      }
    }
  }
  const auto* panel = reinterpret_cast<const int8_t*>(strip.panel + kStartBytes);
  const int8_t* end = panel + strip.steps * kStep;
  KERAS_NO_UNROLL
  for (; panel != end; panel += kStep) {
    if constexpr (kPanels == 1) {
      decltype(Dot::column_values(panel)) b[kVectors];
      KERAS_UNROLL
      for (int v = 0; v < kVectors; ++v)
        b[v] = Dot::column_values(panel + v * Dot::kDepth * kLanes);
      KERAS_UNROLL
      for (int r = 0; r < kCount; ++r) {
        const auto a = Dot::row_values(rows[r]);
        KERAS_UNROLL
        for (int v = 0; v < kVectors; ++v) sums[r][v] = Dot::add(b[v], a, sums[r][v]);
      }
    } else {
      decltype(Dot::row_values(rows[0])) a[kCount];
      KERAS_UNROLL
      for (int r = 0; r < kCount; ++r) a[r] = Dot::row_values(rows[r]);
      KERAS_UNROLL
      for (int p = 0; p < kPanels; ++p) {
        KERAS_UNROLL
        for (int v = 0; v < kVectors; ++v) {
          const auto b = Dot::column_values(panel + p * between + v * Dot::kDepth * kLanes);
          KERAS_UNROLL
          for (int r = 0; r < kCount; ++r) {
            IntVec& sum = sums[r][p * kVectors + v];
            sum = Dot::add(b, a[r], sum);
          }
        }
      }
    }
    KERAS_UNROLL
    for (int r = 0; r < kCount; ++r) rows[r] += Dot::kDepth;
  }
  KERAS_UNROLL
  for (int r = 0; r < kCount; ++r) {
    KERAS_UNROLL
    for (int v = 0; v < kPanels * kVectors; ++v, to += kLanes) store(to, sums[r][v]);
  }
}

// `tiles` times kCount rows. Not inlined, so that the loop has all registers.
template <class Dot, int kCount, int kPanels>
[[gnu::noinline]] void multiply_rows(const Strip& strip, int64_t row, int64_t tiles, int64_t column,
                                     const Output& output) {
  constexpr int kWidth = kPanels * kColumns;
  const int64_t columns = std::min<int64_t>(kWidth, output.n - column);
  for (; tiles > 0; --tiles, row += kCount) {
    int32_t sums[kCount * kWidth];
    multiply<Dot, kCount, kPanels>(strip, row, sums);
    KERAS_NO_UNROLL
    for (int r = 0; r < kCount; ++r) output.write(sums + r * kWidth, row + r, column, columns);
  }
}

// Panels that few rows are multiplied with together.
constexpr int64_t panels_together(int64_t rows) { return rows == 1 ? 4 : rows == 2 ? 2 : 1; }

// One or two rows times panels [begin, end).
template <class Dot, int kCount>
void multiply_few(Strip strip, int64_t row, int64_t begin, int64_t end, const Output& output) {
  constexpr int kPanels = panels_together(kCount);
  const std::byte* first = strip.panel;
  for (int64_t panel = begin; panel < end;) {
    strip.panel = first + panel * strip.panel_bytes;
    if (panel + kPanels <= end) {
      multiply_rows<Dot, kCount, kPanels>(strip, row, 1, panel * kColumns, output);
      panel += kPanels;
    } else {
      multiply_rows<Dot, kCount, 1>(strip, row, 1, panel * kColumns, output);
      ++panel;
    }
  }
}

template <class Dot>
void multiply_panel(const Strip& strip, int64_t row, int64_t rows, int64_t column,
                    const Output& output) {
  const int64_t tiles = rows / Dot::kRows, rest = rows % Dot::kRows;
  multiply_rows<Dot, Dot::kRows, 1>(strip, row, tiles, column, output);
  if (rest == 0) return;
  with_rows<Dot::kRows>(rest, [&](auto count) {
    multiply_rows<Dot, count(), 1>(strip, row + rows - rest, 1, column, output);
  });
}

template <class Dot>
void multiply_all(const Strip& whole, int64_t m, const Output& output) {
  const int64_t panels = panels_of(output.n);
  if (m == 0 || panels == 0) return;
  if (m <= 2) {
    constexpr int64_t kPart = 4;
    parallel_for((panels + kPart - 1) / kPart, m * kPart * whole.steps * kVectors,
                 [&](int64_t begin, int64_t end) {
                   const int64_t last = std::min(panels, end * kPart);
                   if (m == 1) return multiply_few<Dot, 1>(whole, 0, begin * kPart, last, output);
                   multiply_few<Dot, 2>(whole, 0, begin * kPart, last, output);
                 });
    return;
  }
  const int64_t blocks = (m + kRowsTogether - 1) / kRowsTogether;
  const int64_t cost = std::min(m, kRowsTogether) * whole.steps * kVectors;
  parallel_for(blocks * panels, cost, [&](int64_t begin, int64_t end) {
    for (int64_t part = begin; part < end; ++part) {
      const int64_t row = part / panels * kRowsTogether, panel = part % panels;
      Strip strip = whole;
      strip.panel += panel * whole.panel_bytes;
      multiply_panel<Dot>(strip, row, std::min(kRowsTogether, m - row), panel * kColumns, output);
    }
  });
}

void multiply(Int8Format format, const std::byte* rows, const std::byte* packed, int64_t m,
              int64_t k, const Output& output) {
  const Strip strip{rows, row_bytes(format, k), steps_of(format, k), packed,
                    panel_bytes(format, k)};
#if KERAS_DOT_QUADS
  // In WebAssembly both are the same instruction.
#if !defined(__wasm__)
  if (format == Int8Format::kSignedQuads) return multiply_all<Quads<false>>(strip, m, output);
#endif
  if (format != Int8Format::kPairs) return multiply_all<Quads<true>>(strip, m, output);
#endif
  multiply_all<Pairs>(strip, m, output);
}

int64_t scales_bytes(int64_t m) { return (m + kLanes - 1) / kLanes * kLanes * sizeof(float); }

}  // namespace

int64_t packed_int8_bytes(int64_t k, int64_t n, Int8Format format) {
  return panels_of(n) * panel_bytes(format, k);
}

void pack_int8(const Int8Matrix& b, int64_t k, int64_t n, std::byte* packed, Int8Format format) {
  const int depth = depth_of(format);
  const int64_t padded = steps_of(format, k) * depth;
  for (int64_t column = 0; column < n; column += kColumns) {
    auto* starts = reinterpret_cast<int32_t*>(packed);
    auto* values = reinterpret_cast<int8_t*>(packed + kStartBytes);
    uint32_t sums[kColumns] = {};
    for (int64_t first = 0; first < padded; first += depth) {
      for (int j = 0; j < kColumns; ++j) {
        for (int64_t row = first; row < first + depth; ++row) {
          const bool inside = column + j < n && row < k;
          const int8_t value =
              inside ? b.data[row * b.row_stride + (column + j) * b.column_stride] : int8_t{0};
          sums[j] += static_cast<uint32_t>(value);
          *values++ = value;
        }
      }
    }
    for (int j = 0; j < kColumns; ++j) {
      const uint32_t start = format == Int8Format::kUnsignedQuads ? 0u - 128u * sums[j] : 0u;
      starts[j] = static_cast<int32_t>(start);
    }
    packed += panel_bytes(format, k);
  }
}

int64_t gemm_int8_scratch_bytes(int64_t m, int64_t k, Int8Format format) {
  return scales_bytes(m) + m * row_bytes(format, k);
}

void gemm_int8(const int8_t* a, int64_t lda, const std::byte* packed, int32_t* c, int64_t m,
               int64_t n, int64_t k, std::byte* scratch, Int8Format format) {
  copy_rows(format, a, lda, m, k, scratch);
  multiply(format, scratch, packed, m, k, {.n = n, .integers = c});
}

void gemm_quantized(const QuantizedProduct& p, const float* a, const std::byte* packed,
                    const float* column_scales, float* c, const Epilogue& epilogue,
                    std::byte* scratch, Int8Format format) {
  auto* row_scales = reinterpret_cast<float*>(scratch);
  std::byte* rows = scratch + scales_bytes(p.m);
  quantize_rows(format, a, p.k, p.m, p.k, p.range, rows, row_scales);
  multiply(format, rows, packed, p.m, p.k,
           {.n = p.n,
            .floats = c,
            .row_scales = row_scales,
            .column_scales = column_scales,
            .epilogue = epilogue});
  switch (epilogue.activation) {
    case Unary::kLinear:
    case Unary::kRelu:
    case Unary::kRelu6:
      return;
    default:
      unary(epilogue.activation, c, c, p.m * p.n, epilogue.params);
  }
}

}  // namespace keras::kernels
