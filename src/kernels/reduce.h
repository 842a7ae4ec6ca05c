// Reductions over any set of axes.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/dims.h"

namespace keras::kernels {

// Axes merged into few, each kept or reduced. Made once per plan step.
struct Reduction {
  Dims shape;           // merged axes
  Dims reduced;         // 1 where the axis is reduced
  int64_t outputs = 1;  // elements of the result (keepdims does not matter here)
  int64_t count = 1;    // elements under each result
};
// `axes` are not negative and differ from each other.
Reduction reduction(const Dims& shape, std::span<const int> axes);

enum class Reduce : uint8_t {
  kSum,
  kMean,
  kProd,
  kMax,
  kMin,
  kVariance,
  kStd,
  kLogSumExp,
  kSumSquares,
  kL2Norm,
  kSumAbs
};

// NaN propagates through every one of them (max and min too, as in JAX). An empty sum is 0, an
// empty product 1, an empty maximum -infinity, an empty mean NaN.
void reduce(Reduce op, const float* x, float* y, const Reduction& by);

// kSum, kProd, kMax, kMin; T is int32_t, int64_t, uint32_t or uint8_t. Sums wrap.
template <class T>
void reduce_integer(Reduce op, const T* x, T* y, const Reduction& by);

// On bytes that hold booleans.
void reduce_any(const uint8_t* x, uint8_t* y, const Reduction& by);
void reduce_all(const uint8_t* x, uint8_t* y, const Reduction& by);

// Position of the first extreme along one axis, of x seen as [outer, size, inner]; a NaN counts as
// the extreme. T is float, int32_t, int64_t, uint32_t or uint8_t.
template <class T>
void argmax(const T* x, int32_t* y, int64_t outer, int64_t size, int64_t inner);
template <class T>
void argmin(const T* x, int32_t* y, int64_t outer, int64_t size, int64_t inner);

}  // namespace keras::kernels
