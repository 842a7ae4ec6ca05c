#include "kernels/reduce.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <type_traits>

#include "kernels/reduction_walk.h"
#include "kernels/vector_math.h"

namespace keras::kernels {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// Operations on the elements of one result. `aux` is the result of an earlier pass over them.
struct Sum {
  static constexpr bool kAdds = true;
  static constexpr float kStart = 0.f;
  static float neutral(float) { return 0.f; }  // the identity element
  static Vec element(Vec x, Vec) { return x; }
  static Vec join(Vec a, Vec b) { return a + b; }
};
struct SumSquares : Sum {
  static Vec element(Vec x, Vec) { return x * x; }
};
struct SumAbs : Sum {
  static Vec element(Vec x, Vec) { return abs(x); }
};
struct SumSquaredDeviations : Sum {
  static float neutral(float mean) { return mean; }
  static Vec element(Vec x, Vec mean) { return (x - mean) * (x - mean); }
};
struct SumExp : Sum {
  static float neutral(float) { return -kInfinity; }
  static Vec element(Vec x, Vec largest) { return exp(x - largest); }
};
struct Product {
  static constexpr bool kAdds = false;
  static constexpr float kStart = 1.f;
  static float neutral(float) { return 1.f; }
  static Vec element(Vec x, Vec) { return x; }
  static Vec join(Vec a, Vec b) { return a * b; }
};
struct Max {
  static constexpr bool kAdds = false;
  static constexpr float kStart = -kInfinity;
  static float neutral(float) { return -kInfinity; }
  static Vec element(Vec x, Vec) { return x; }
  static Vec join(Vec a, Vec b) { return maximum(a, b); }
};
struct Min {
  static constexpr bool kAdds = false;
  static constexpr float kStart = kInfinity;
  static float neutral(float) { return kInfinity; }
  static Vec element(Vec x, Vec) { return x; }
  static Vec join(Vec a, Vec b) { return minimum(a, b); }
};

// Sums are computed in blocks that are added with Kahan compensation: the error of a long sum stays
// as small as of a short one.
constexpr int64_t kBlockElements = 512;
constexpr int64_t kBlockRows = 32;

template <class Op>
struct Total {
  Vec value = splat(Op::kStart);
  Vec lost = zero();  // the negated rounding error so far

  void join(Vec block) {
    if constexpr (Op::kAdds) {
      const Vec corrected = block - lost;
      const Vec next = value + corrected;
      const Vec error = (next - value) - corrected;
      lost = error & equal(error, error);  // infinities would leave NaN
      value = next;
    } else {
      value = Op::join(value, block);
    }
  }
};

template <class Op>
Vec fold_block(const float* x, int64_t n, float aux) {
  Vec sums[4];
  for (Vec& sum : sums) sum = splat(Op::kStart);
  const Vec earlier = splat(aux);
  int64_t i = 0;
  for (; i + 4 * kLanes <= n; i += 4 * kLanes) {
    KERAS_UNROLL
    for (int j = 0; j < 4; ++j)
      sums[j] = Op::join(sums[j], Op::element(load(x + i + j * kLanes), earlier));
  }
  for (; i + kLanes <= n; i += kLanes)
    sums[0] = Op::join(sums[0], Op::element(load(x + i), earlier));
  if (i < n) {
    float lanes[kLanes];
    for (int j = 0; j < kLanes; ++j) lanes[j] = i + j < n ? x[i + j] : Op::neutral(aux);
    sums[1] = Op::join(sums[1], Op::element(load(lanes), earlier));
  }
  return Op::join(Op::join(sums[0], sums[1]), Op::join(sums[2], sums[3]));
}

// One result whose innermost elements are contiguous.
template <class Op>
float fold_row(const float* x, const ReductionWalk& walk, float aux) {
  Total<Op> total;
  for_each_offset(walk.reduced, walk.reduced_strides, [&](int64_t offset) {
    for (int64_t i = 0; i < walk.inner; i += kBlockElements) {
      total.join(fold_block<Op>(x + offset + i, std::min(kBlockElements, walk.inner - i), aux));
    }
  });
  float lanes[kLanes];
  store(lanes, total.value);
  const Vec low = Op::join(splat(lanes[0]), splat(lanes[1]));
  const Vec high = Op::join(splat(lanes[2]), splat(lanes[3]));
  store(lanes, Op::join(low, high));
  return lanes[0];
}

// Contiguous results, a few vectors at a time.
constexpr int kChunk = 8;
using Chunk = std::array<Vec, kChunk>;

template <class Op>
void fold_chunk(const float* x, int64_t width, const ReductionWalk& walk, const Chunk& aux,
                Chunk& totals) {
  const int full = static_cast<int>(width / kLanes);
  const int64_t rest = width % kLanes;
  std::array<Total<Op>, kChunk> joined;
  Chunk sums;
  sums.fill(splat(Op::kStart));
  int64_t rows = 0;
  const auto flush = [&] {
    for (int j = 0; j < kChunk; ++j) joined[j].join(sums[j]);
    sums.fill(splat(Op::kStart));
    rows = 0;
  };
  for_each_offset(walk.reduced, walk.reduced_strides, [&](int64_t offset) {
    const float* row = x + offset;
    for (int j = 0; j < full; ++j)
      sums[j] = Op::join(sums[j], Op::element(load(row + j * kLanes), aux[j]));
    if (rest > 0)
      sums[full] =
          Op::join(sums[full], Op::element(load_partial(row + full * kLanes, rest), aux[full]));
    if (++rows == kBlockRows) flush();
  });
  flush();
  for (int j = 0; j < kChunk; ++j) totals[j] = joined[j].value;
}

// Runs one or two passes: aux = between(fold<First>), y = finish(fold<Second>(aux), aux).
template <class First, class Second, class Between, class Finish>
void run(const float* x, float* y, const Reduction& by, const Between& between,
         const Finish& finish) {
  const ReductionWalk walk(by);
  constexpr bool kTwoPasses = !std::is_void_v<First>;
  for_each_offset(walk.kept, walk.kept_strides, [&](int64_t offset) {
    const float* start = x + offset;
    if (walk.inner_reduced) {
      Vec aux = zero();
      float first = 0.f;
      if constexpr (kTwoPasses) {
        aux = between(splat(fold_row<First>(start, walk, 0.f)));
        store_partial(&first, aux, 1);
      }
      store_partial(y++, finish(splat(fold_row<Second>(start, walk, first)), aux), 1);
      return;
    }
    for (int64_t column = 0; column < walk.inner; column += kChunk * kLanes) {
      const int64_t width = std::min<int64_t>(kChunk * kLanes, walk.inner - column);
      Chunk aux, totals;
      aux.fill(zero());
      if constexpr (kTwoPasses) {
        fold_chunk<First>(start + column, width, walk, aux, totals);
        for (int j = 0; j < kChunk; ++j) aux[j] = between(totals[j]);
      }
      fold_chunk<Second>(start + column, width, walk, aux, totals);
      for (int j = 0; j * kLanes < width; ++j) {
        store_partial(y + j * kLanes, finish(totals[j], aux[j]),
                      std::min<int64_t>(kLanes, width - j * kLanes));
      }
      y += width;
    }
  });
}

template <class Op, class Finish>
void run_once(const float* x, float* y, const Reduction& by, const Finish& finish) {
  run<void, Op>(x, y, by, nullptr, [&](Vec value, Vec) { return finish(value); });
}

}  // namespace

Reduction reduction(const Dims& shape, std::span<const int> axes) {
  Reduction result;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    const bool reduced = std::find(axes.begin(), axes.end(), axis) != axes.end();
    (reduced ? result.count : result.outputs) *= shape[axis];
    if (shape[axis] == 1) continue;
    const int last = result.shape.rank() - 1;
    if (last >= 0 && (result.reduced[last] != 0) == reduced) {
      result.shape[last] *= shape[axis];
    } else {
      result.shape.push_back(shape[axis]);
      result.reduced.push_back(reduced);
    }
  }
  return result;
}

void reduce(Reduce op, const float* x, float* y, const Reduction& by) {
  const auto same = [](Vec v) { return v; };
  const Vec count = splat(static_cast<float>(by.count));
  switch (op) {
    case Reduce::kSum:
      return run_once<Sum>(x, y, by, same);
    case Reduce::kMean:
      return run_once<Sum>(x, y, by, [&](Vec v) { return v / count; });
    case Reduce::kProd:
      return run_once<Product>(x, y, by, same);
    case Reduce::kMax:
      return run_once<Max>(x, y, by, same);
    case Reduce::kMin:
      return run_once<Min>(x, y, by, same);
    case Reduce::kSumSquares:
      return run_once<SumSquares>(x, y, by, same);
    case Reduce::kL2Norm:
      return run_once<SumSquares>(x, y, by, [](Vec v) { return sqrt(v); });
    case Reduce::kSumAbs:
      return run_once<SumAbs>(x, y, by, same);
    case Reduce::kVariance:
    case Reduce::kStd: {
      const bool root = op == Reduce::kStd;
      return run<Sum, SumSquaredDeviations>(
          x, y, by, [&](Vec sum) { return sum / count; },
          [&](Vec sum, Vec) { return root ? sqrt(sum / count) : sum / count; });
    }
    case Reduce::kLogSumExp:
      return run<Max, SumExp>(
          x, y, by,
          [](Vec largest) { return select(less(abs(largest), splat(kInfinity)), largest, zero()); },
          [](Vec sum, Vec largest) { return log(sum) + largest; });
  }
}

}  // namespace keras::kernels
