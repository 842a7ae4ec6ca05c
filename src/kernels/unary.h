// Functions of one float, applied to arrays; includes activations.
#pragma once

#include <cstdint>
#include <limits>

namespace keras::kernels {

// Named as in keras.ops and keras.activations. Parameters are UnaryParams{a, b, c}.
enum class Unary : uint8_t {
  kLinear,
  // arithmetic
  kAbs,
  kNegative,
  kSign,
  kSquare,
  kSqrt,
  kRsqrt,
  kReciprocal,
  kCbrt,
  kFloor,
  kCeil,
  kRound,  // half to even
  kTrunc,
  // exponentials
  kExp,
  kExp2,
  kExpm1,
  kLog,
  kLog1p,
  kLog2,
  kLog10,
  // trigonometry
  kSin,
  kCos,
  kTan,
  kArcsin,
  kArccos,
  kArctan,
  kSinh,
  kCosh,
  kTanh,
  kArcsinh,
  kArccosh,
  kArctanh,
  // error functions
  kErf,
  kErfinv,
  // activations
  kSigmoid,
  kLogSigmoid,
  kHardSigmoid,
  kSparseSigmoid,
  kRelu,
  kRelu6,
  kReluGeneral,  // a = negative_slope, b = max_value (infinity for None), c = threshold
  kLeakyRelu,    // a = negative_slope
  kElu,          // a = alpha
  kCelu,         // a = alpha
  kSelu,
  kGelu,      // exact (erf)
  kGeluTanh,  // approximate=True
  kSilu,
  kHardSilu,
  kHardTanh,
  kTanhShrink,
  kSoftplus,
  kSoftsign,
  kMish,
  kSparsePlus,
  kSquareplus,  // a = b of squareplus
  kHardShrink,  // a = threshold
  kSoftShrink,  // a = threshold
  kThreshold,   // a = threshold, b = default_value
  kClip,        // a = minimum, b = maximum
};

struct UnaryParams {
  float a = 0.f;
  float b = 0.f;
  float c = 0.f;
};

// y[i] = op(x[i]); y may alias x. Every element takes the same path, so results do not depend on
// alignment or n. vector_math.h states the errors; NaN gives NaN.
void unary(Unary op, const float* x, float* y, int64_t n, UnaryParams params = {});

// Tests of floats; results are bytes, 0 or 1.
enum class Predicate : uint8_t {
  kIsNan,
  kIsInf,
  kIsFinite,
  kIsPosInf,
  kIsNegInf,
  kSignbit,
  kNonzero,
  kIsZero
};
void predicate(Predicate op, const float* x, uint8_t* y, int64_t n);

// Integer variants; T is int32_t, int64_t, uint32_t or uint8_t (for bool: 0 and 1). Narrower
// integers are widened by convert.h, which wraps as XLA does. Supports kLinear kAbs kNegative kSign
// kSquare kRelu kRelu6, and the two below.
template <class T>
void unary_integer(Unary op, const T* x, T* y, int64_t n);
template <class T>
void bitwise_not(const T* x, T* y, int64_t n);
void logical_not(const uint8_t* x, uint8_t* y, int64_t n);

}  // namespace keras::kernels
