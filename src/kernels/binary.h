// Elementwise functions of two arrays, with broadcasting.
#pragma once

#include <cstdint>

#include "kernels/broadcast.h"

namespace keras::kernels {

enum class Binary : uint8_t {
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kDivideNoNan,  // 0 where the divisor is 0
  kFloorDivide,
  kMod,   // the sign of Python's // and %
  kFmod,  // the sign of C's fmod
  kPower,
  kMaximum,
  kMinimum,
  kSquaredDifference,
  // floats only
  kArctan2,
  kHypot,
  kLogaddexp,
  kCopysign,
  kNextafter,
  // integers only (on bool, the logical operations)
  kBitwiseAnd,
  kBitwiseOr,
  kBitwiseXor,
  kLeftShift,
  kRightShift,
};

enum class Compare : uint8_t { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual };

// y = op(a, b) over `by.shape`. y is dense, and may alias an operand that is not broadcast. T is
// float, int32_t, int64_t, uint32_t or uint8_t. Integers behave as in XLA: they wrap, x / 0 is -1,
// x % 0 is x.
template <class T>
void binary(Binary op, const T* a, const T* b, T* y, const Broadcast<2>& by);
template <class T>
void compare(Compare op, const T* a, const T* b, uint8_t* y, const Broadcast<2>& by);

// Both operands are dense with n elements.
template <class T>
void binary(Binary op, const T* a, const T* b, T* y, int64_t n);

}  // namespace keras::kernels
