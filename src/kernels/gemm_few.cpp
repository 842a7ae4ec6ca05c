#include "kernels/gemm_few.h"

#include <algorithm>

#include "kernels/parallel.h"

namespace keras::kernels {
namespace {

// Every value of B is used only a few times, so the speed of reading B dominates. Memory is read
// fastest as several streams, so several panels are processed together, with enough sums to hide
// the latency of a multiply-add. Where too few panels are left, each sum is split into parts over
// interleaved k.
template <int kRows, int kPanels, int kVectors, int kParts>
class Together {
 public:
  static constexpr int kWidth = kVectors * kLanes;

  KERAS_INLINE void clear() {
    for_each_sum([](Vec& sum) { sum = zero(); });
  }
  // The sums, with their parts.
  static constexpr int kFloats = kParts * kRows * kPanels * kWidth;
  KERAS_INLINE void load_parts(const float* from) {
    for_each_sum([&](Vec& sum) {
      sum = load(from);
      from += kLanes;
    });
  }
  KERAS_INLINE void store_parts(float* to) {
    for_each_sum([&](Vec& sum) {
      kernels::store(to, sum);
      to += kLanes;
    });
  }

  // Adds the products with k rows of panels.
  KERAS_INLINE void run(const float* a, int64_t lda, const float* packed, int64_t k) {
    const float* rows[kRows];
    KERAS_UNROLL
    for (int r = 0; r < kRows; ++r) rows[r] = a + r * static_cast<ptrdiff_t>(lda);
    const auto stride = static_cast<ptrdiff_t>(k * kWidth);  // between panels
    const float* end = rows[0] + k / kParts * kParts;
    KERAS_NO_UNROLL
    while (rows[0] != end) {
      if constexpr (kRows == 1 && kParts == kLanes) {
        add_lanes<0>(load(rows[0]), packed, stride);
      } else {
        KERAS_UNROLL
        for (int part = 0; part < kParts; ++part)
          add<kRows>(rows, part, packed, stride, sums_[part]);
      }
      advance(rows, packed, kParts);
    }
    end += k % kParts;
    KERAS_NO_UNROLL
    while (rows[0] != end) {
      add<kRows>(rows, 0, packed, stride, sums_[0]);
      advance(rows, packed, 1);
    }
  }

  // The sums, row by row. Stored right after the loops: any other use can make an engine spill
  // registers inside them.
  KERAS_INLINE void store(float* sums) {
    KERAS_UNROLL
    for (int r = 0; r < kRows; ++r) {
      KERAS_UNROLL
      for (int v = 0; v < kPanels * kVectors; ++v, sums += kLanes) {
        Vec sum = sums_[0][r][v];
        KERAS_UNROLL
        for (int part = 1; part < kParts; ++part) sum += sums_[part][r][v];
        kernels::store(sums, sum);
      }
    }
  }

 private:
  using Sums = Vec[kRows][kPanels * kVectors];

  template <class F>
  KERAS_INLINE void for_each_sum(const F& f) {
    KERAS_UNROLL
    for (auto& part : sums_) {
      KERAS_UNROLL
      for (auto& row : part) {
        KERAS_UNROLL
        for (Vec& sum : row) f(sum);
      }
    }
  }

  // Moves k values further in each row.
  static KERAS_INLINE void advance(const float* (&rows)[kRows], const float*& panel, int k) {
    KERAS_UNROLL
    for (auto& row : rows) row += k;
    panel += k * kWidth;
  }

  // Adds the products of the values at `offset`.
  template <int kCount>
  static KERAS_INLINE void add(const float* const (&rows)[kCount], int offset, const float* panel,
                               ptrdiff_t stride, Sums& sums) {
    Vec values[kRows];
    KERAS_UNROLL
    for (int r = 0; r < kRows; ++r) values[r] = splat(rows[r][offset]);
    add_values(values, offset, panel, stride, sums);
  }
  static KERAS_INLINE void add_values(const Vec (&values)[kRows], int offset, const float* panel,
                                      ptrdiff_t stride, Sums& sums) {
    if constexpr (kRows == 3) {
      // One row after the other needs the fewest registers.
      static_assert(kPanels == 1);
      Vec b[kVectors];
      KERAS_UNROLL
      for (int v = 0; v < kVectors; ++v) b[v] = load(panel + offset * kWidth + v * kLanes);
      KERAS_UNROLL
      for (int r = 0; r < kRows; ++r) {
        KERAS_UNROLL
        for (int v = 0; v < kVectors; ++v) sums[r][v] = madd(values[r], b[v], sums[r][v]);
      }
      return;
    }
    KERAS_UNROLL
    for (int p = 0; p < kPanels; ++p) {
      KERAS_UNROLL
      for (int v = 0; v < kVectors; ++v) {
        const Vec b = load(panel + p * stride + offset * kWidth + v * kLanes);
        KERAS_UNROLL
        for (int r = 0; r < kRows; ++r) {
          Vec& sum = sums[r][p * kVectors + v];
          sum = madd(values[r], b, sum);
        }
      }
    }
  }
  template <int kLane>
  KERAS_INLINE void add_lanes(Vec values, const float* panel, ptrdiff_t stride) {
    if constexpr (kLane < kLanes) {
      add_values({splat_lane<kLane>(values)}, kLane, panel, stride, sums_[kLane]);
      add_lanes<kLane + 1>(values, panel, stride);
    }
  }

  Sums sums_[kParts];
};

struct Product {
  const float* a;
  int64_t lda;
  const float* packed;
  const PanelSource* source;  // in place of `packed`, if any
  int64_t first;              // column of the source at which C begins
  float* c;
  int64_t ldc, n, k;
  Epilogue epilogue;
};

// Computes one row of C from its sums, except for slow activations.
void finish(const float* sums, float* c, int64_t columns, const Epilogue& epilogue) {
  const bool cut = epilogue.activation == Unary::kRelu || epilogue.activation == Unary::kRelu6;
  KERAS_NO_UNROLL
  for (int64_t j = 0; j < columns; j += kLanes) {
    const int64_t lanes = std::min<int64_t>(columns - j, kLanes);
    const auto get = [&](const float* p) {
      return lanes < kLanes ? load_partial(p + j, lanes) : load(p + j);
    };
    Vec sum = load(sums + j);
    if (epilogue.bias != nullptr) sum += get(epilogue.bias);
    if (epilogue.residual != nullptr) sum += get(epilogue.residual);
    if (cut) sum = max(sum, zero());
    if (epilogue.activation == Unary::kRelu6) sum = min(sum, constant<6.f>());
    if (lanes < kLanes) {
      store_partial(c + j, sum, lanes);
    } else {
      store(c + j, sum);
    }
  }
}

template <int kRows>
void finish_rows(const Product& p, const float* sums, int64_t column, int64_t width) {
  for (int64_t r = 0; r < kRows; ++r) {
    const int64_t at = r * p.ldc + column;
    finish(sums + r * width, p.c + at, std::min(width, p.n - column), p.epilogue.at(at, column));
  }
}

// Adds the products of k values to sums in memory.
template <class Group>
[[gnu::noinline]] void add_products(const float* a, int64_t lda, const float* panels, int64_t k,
                                    float* parts) {
  Group group;
  group.load_parts(parts);
  group.run(a, lda, panels, k);
  group.store_parts(parts);
}

// Panels from a source, as many rows at a time as stay in the first-level cache.
template <class Group, int kRows, int64_t kStep>
void multiply_made(const Product& p, int64_t column) {
  if constexpr (kStep == PanelSource::kTogether && Group::kFloats == kStep) {
    float sums[kStep];
    if (p.source->multiply_row(p.first + column, p.a, sums))
      return finish_rows<kRows>(p, sums, column, kStep);
  }
  constexpr int64_t kRowsMade = 64;
  static_assert(kRowsMade % PanelSource::kRowsAligned == 0);
  alignas(16) float panels[kRowsMade * kStep];
  float parts[Group::kFloats] = {};
  for (int64_t row = 0; row < p.k; row += kRowsMade) {
    const int64_t rows = std::min(kRowsMade, p.k - row);
    for (int64_t j = 0; j < kStep; j += Group::kWidth) {
      p.source->read(p.first + column + j, Group::kWidth, row, rows, panels + j * rows);
    }
    add_products<Group>(p.a + row, p.lda, panels, rows, parts);
  }
  Group group;
  group.load_parts(parts);
  float sums[kRows * kStep];
  group.store(sums);
  finish_rows<kRows>(p, sums, column, kStep);
}

// Repeats kPanels at a time while they fit from `column` on; returns the next column. The last
// panel may be partly outside, but must be kVectors wide.
template <int kRows, int kPanels, int kVectors, int kParts>
[[gnu::noinline]] int64_t multiply(const Product& p, int64_t column) {
  using Group = Together<kRows, kPanels, kVectors, kParts>;
  constexpr int64_t kStep = kPanels * Group::kWidth;
  do {
    if (p.source != nullptr) {
      multiply_made<Group, kRows, kStep>(p, column);
    } else {
      Group group;
      group.clear();
      group.run(p.a, p.lda, p.packed + column * p.k, p.k);
      float sums[kRows * kStep];
      group.store(sums);
      finish_rows<kRows>(p, sums, column, kStep);
    }
    column += kStep;
  } while (column + kStep <= p.n);
  return column;
}

#if KERAS_FUSED_MADD
template <int kRows>
void multiply_rows(const Product& p) {
  // Panels processed together.
  constexpr int kPanels = kRows == 1 ? 4 : kRows == 2 ? 2 : 1;
  int64_t column = 0;
  if (p.n >= kPanels * kPanel)
    column = multiply<kRows, kPanels, kTileVectors, kRows == 3 ? 2 : 1>(p, 0);
  const int64_t left = (p.n - column + kPanel - 1) / kPanel;
  if (left <= 0) return;
  if constexpr (kRows == 1) {
    if (left == 4) multiply<1, 4, kTileVectors, 1>(p, column);
    if (left == 3) multiply<1, 3, kTileVectors, 1>(p, column);
    if (left == 2) multiply<1, 2, kTileVectors, 2>(p, column);
    if (left == 1) multiply<1, 1, kTileVectors, 4>(p, column);
  } else if (kRows == 2 && left == 2) {
    multiply<kRows, kPanels, kTileVectors, 1>(p, column);
  } else {
    multiply<kRows, 1, kTileVectors, 2>(p, column);
  }
}
#else
template <int kRows>
void multiply_rows(const Product& p) {
  constexpr int kNarrow = kNarrowPanel / kLanes;
  int64_t column = 0;
  if (p.n >= 2 * kPanel) column = multiply<kRows, 2, kTileVectors, 1>(p, column);
  if (p.n - column > kNarrowPanel) {
    const bool two = p.n - column > kPanel + kNarrowPanel;
    column = two ? multiply<kRows, 2, kTileVectors, 1>(p, column)
                 : multiply<kRows, 1, kTileVectors, 1>(p, column);
  }
  if (column < p.n) multiply<kRows, 1, kNarrow, 2>(p, column);
}
#endif

// On one thread.
void multiply_few(const Product& p, int64_t m) {
  with_rows<kFewRows>(m, [&](auto rows) { multiply_rows<rows()>(p); });
  switch (p.epilogue.activation) {
    case Unary::kLinear:
    case Unary::kRelu:
    case Unary::kRelu6:
      return;
    default:
      for (int64_t row = 0; row < m; ++row) {
        float* c = p.c + row * p.ldc;
        unary(p.epilogue.activation, c, c, p.n, p.epilogue.params);
      }
  }
}

void multiply_few_parallel(const Product& p, int64_t m) {
  // A multiple of the panels processed together, so that sums have the same parts as on one thread.
  constexpr int64_t kColumns = 32;
  static_assert(kColumns % (KERAS_FUSED_MADD ? 4 * kPanel : 2 * kPanel) == 0);
  parallel_for((p.n + kColumns - 1) / kColumns, m * p.k * kColumns / kLanes,
               [&](int64_t begin, int64_t end) {
                 const int64_t column = begin * kColumns;
                 const float* packed = p.source != nullptr ? nullptr : p.packed + column * p.k;
                 multiply_few(
                     {p.a, p.lda, packed, p.source, column, p.c + column, p.ldc,
                      std::min(p.n, end * kColumns) - column, p.k, p.epilogue.at(column, column)},
                     m);
               });
}

}  // namespace

void gemm_few(const float* a, int64_t lda, const float* packed_b, float* c, int64_t ldc, int64_t m,
              int64_t n, int64_t k, const Epilogue& epilogue) {
  multiply_few_parallel({a, lda, packed_b, nullptr, 0, c, ldc, n, k, epilogue}, m);
}

void gemm_few(const float* a, int64_t lda, const PanelSource& b, float* c, int64_t ldc, int64_t m,
              int64_t n, int64_t k, const Epilogue& epilogue) {
  multiply_few_parallel({a, lda, nullptr, &b, 0, c, ldc, n, k, epilogue}, m);
}

}  // namespace keras::kernels
