// Reductions over any set of axes.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/dims.h"

namespace keras::kernels {

// The axes of a reduction, merged into few, each kept or reduced. Computed once per plan step.
struct Reduction {
  Dims shape;           // merged axes
  Dims reduced;         // 1 where the axis is reduced
  int64_t outputs = 1;  // elements of the result, whatever keepdims
  int64_t count = 1;    // elements per result
};
// `axes` are distinct and not negative.
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

// All propagate NaN (max and min as well, as in JAX). Without elements: sum 0, product 1, max
// -infinity, mean NaN.
void reduce(Reduce op, const float* x, float* y, const Reduction& by);

// kSum, kProd, kMax, kMin; T is int32_t, int64_t, uint32_t or uint8_t. Sums wrap.
template <class T>
void reduce_integer(Reduce op, const T* x, T* y, const Reduction& by);

// For booleans stored as bytes.
void reduce_any(const uint8_t* x, uint8_t* y, const Reduction& by);
void reduce_all(const uint8_t* x, uint8_t* y, const Reduction& by);

// Position of the first extreme along one axis of x [outer, size, inner]; NaN counts as the
// extreme. T is float, int32_t, int64_t, uint32_t or uint8_t.
template <class T>
void argmax(const T* x, int32_t* y, int64_t outer, int64_t size, int64_t inner);
template <class T>
void argmin(const T* x, int32_t* y, int64_t outer, int64_t size, int64_t inner);

}  // namespace keras::kernels
