#include "kernels/unary.h"

#include <cmath>
#include <stdexcept>
#include <type_traits>

#include "kernels/activation_math.h"
#include "kernels/map.h"
#include "kernels/parallel.h"
#include "kernels/scalar_math.h"

namespace keras::kernels {
namespace {

// Functions that are rare in models, by the C library.
template <class F>
void map_each(const float* x, float* y, int64_t n, const F& f) {
  for (int64_t i = 0; i < n; ++i) y[i] = f(x[i]);
}

// Cost per vector, in simple operations.
int64_t cost_of(Unary op) {
  switch (op) {
    case Unary::kLinear:
    case Unary::kAbs:
    case Unary::kNegative:
    case Unary::kSquare:
    case Unary::kRelu:
    case Unary::kRelu6:
    case Unary::kReluGeneral:
    case Unary::kLeakyRelu:
    case Unary::kHardSigmoid:
    case Unary::kHardSilu:
    case Unary::kHardTanh:
    case Unary::kClip:
      return 2;
    default:
      return 16;
  }
}

void unary_range(Unary op, const float* x, float* y, int64_t n, UnaryParams params) {
  const Vec a = splat(params.a);
  const Vec b = splat(params.b);
  const Vec one = splat(1.f);
  switch (op) {
    case Unary::kLinear:
      if (x != y) std::memmove(y, x, static_cast<size_t>(n) * sizeof(float));
      return;

    case Unary::kAbs:
      return map(x, y, n, [](Vec v) { return abs(v); });
    case Unary::kNegative:
      return map(x, y, n, [](Vec v) { return -v; });
    case Unary::kSign:
      return map(x, y, n, [](Vec v) { return sign(v); });
    case Unary::kSquare:
      return map(x, y, n, [](Vec v) { return v * v; });
    case Unary::kSqrt:
      return map(x, y, n, [](Vec v) { return sqrt(v); });
    case Unary::kRsqrt:
      return map(x, y, n, [&](Vec v) { return one / sqrt(v); });
    case Unary::kReciprocal:
      return map(x, y, n, [&](Vec v) { return one / v; });
    case Unary::kCbrt:
      return map_each(x, y, n, [](float v) { return std::cbrt(v); });
    case Unary::kFloor:
      return map(x, y, n, [](Vec v) { return floor(v); });
    case Unary::kCeil:
      return map(x, y, n, [](Vec v) { return ceil(v); });
    case Unary::kRound:
      return map(x, y, n, [](Vec v) { return round_even(v); });
    case Unary::kTrunc:
      return map(x, y, n, [](Vec v) { return trunc(v); });

    case Unary::kExp:
      return map(x, y, n, Exp());
    case Unary::kExp2:
      return map_each(x, y, n, [](float v) { return std::exp2(v); });
    case Unary::kExpm1:
      return map(x, y, n, Expm1());
    case Unary::kLog:
      return map(x, y, n, [](Vec v) { return log(v); });
    case Unary::kLog1p:
      return map(x, y, n, [](Vec v) { return log1p(v); });
    case Unary::kLog2:
      return map_each(x, y, n, [](float v) { return std::log2(v); });
    case Unary::kLog10:
      return map_each(x, y, n, [](float v) { return std::log10(v); });

    case Unary::kSin:
      return map(x, y, n, [](Vec v) { return sin(v); });
    case Unary::kCos:
      return map(x, y, n, [](Vec v) { return cos(v); });
    case Unary::kTan:
      return map_each(x, y, n, [](float v) { return std::tan(v); });
    case Unary::kArcsin:
      return map_each(x, y, n, [](float v) { return std::asin(v); });
    case Unary::kArccos:
      return map_each(x, y, n, [](float v) { return std::acos(v); });
    case Unary::kArctan:
      return map(x, y, n, [](Vec v) { return atan(v); });
    case Unary::kSinh:
      return map_each(x, y, n, [](float v) { return std::sinh(v); });
    case Unary::kCosh:
      return map_each(x, y, n, [](float v) { return std::cosh(v); });
    case Unary::kTanh:
      return map(x, y, n, Tanh());
    case Unary::kArcsinh:
      return map_each(x, y, n, [](float v) { return std::asinh(v); });
    case Unary::kArccosh:
      return map_each(x, y, n, [](float v) { return std::acosh(v); });
    case Unary::kArctanh:
      return map_each(x, y, n, [](float v) { return std::atanh(v); });

    case Unary::kErf:
      return map(x, y, n, [](Vec v) { return erf(v); });
    case Unary::kErfinv:
      return map_each(x, y, n, erfinv);

    case Unary::kSigmoid:
      return map(x, y, n, Sigmoid());
    case Unary::kLogSigmoid:
      return map(x, y, n, [](Vec v) { return -softplus(-v); });
    case Unary::kHardSigmoid:
      return map(x, y, n, [](Vec v) { return hard_sigmoid(v); });
    case Unary::kSparseSigmoid:
      return map(x, y, n, [](Vec v) { return sparse_sigmoid(v); });
    case Unary::kRelu:
      return map(x, y, n, [](Vec v) { return max(v, zero()); });
    case Unary::kRelu6:
      return map(x, y, n, [](Vec v) { return relu6(v); });
    case Unary::kReluGeneral:
      return map(x, y, n, [&](Vec v) { return relu(v, params); });
    case Unary::kLeakyRelu:
      return map(x, y, n, [&](Vec v) { return select(less(v, zero()), a * v, v); });
    case Unary::kElu:
      return map(x, y, n, [&](Vec v) { return elu(v, a); });
    case Unary::kCelu:
      return map(x, y, n, [&](Vec v) { return celu(v, a); });
    case Unary::kSelu:
      return map(x, y, n, [](Vec v) { return selu(v); });
    case Unary::kGelu:
      return map(x, y, n, [](Vec v) { return gelu(v); });
    case Unary::kGeluTanh:
      return map(x, y, n, [tanh = Tanh()](Vec v) { return gelu_tanh(v, tanh); });
    case Unary::kSilu:
      return map(x, y, n, [sigmoid = Sigmoid()](Vec v) { return v * sigmoid(v); });
    case Unary::kHardSilu:
      return map(x, y, n, [](Vec v) { return v * hard_sigmoid(v); });
    case Unary::kHardTanh:
      return map(x, y, n, [&](Vec v) { return min(max(v, -one), one); });
    case Unary::kTanhShrink:
      return map(x, y, n, [](Vec v) { return v - tanh(v); });
    case Unary::kSoftplus:
      return map(x, y, n, [](Vec v) { return softplus(v); });
    case Unary::kSoftsign:
      return map(x, y, n, [&](Vec v) { return v / (one + abs(v)); });
    case Unary::kMish:
      return map(x, y, n, [](Vec v) { return v * tanh(softplus(v)); });
    case Unary::kSparsePlus:
      return map(x, y, n, [](Vec v) { return sparse_plus(v); });
    case Unary::kSquareplus:
      return map(x, y, n, [&](Vec v) { return (v + sqrt(v * v + a)) * splat(0.5f); });
    case Unary::kHardShrink:
      return map(x, y, n, [&](Vec v) { return hard_shrink(v, a); });
    case Unary::kSoftShrink:
      return map(x, y, n, [&](Vec v) { return soft_shrink(v, a); });
    case Unary::kThreshold:
      return map(x, y, n, [&](Vec v) { return select(less(a, v), v, b); });
    case Unary::kClip:
      return map(x, y, n, [&](Vec v) { return min(max(v, a), b); });
  }
}

}  // namespace

void unary(Unary op, const float* x, float* y, int64_t n, UnaryParams params) {
  parallel_for_floats(n, cost_of(op), [=](int64_t begin, int64_t end) {
    unary_range(op, x + begin, y + begin, end - begin, params);
  });
}

void predicate(Predicate op, const float* x, uint8_t* y, int64_t n) {
  const auto each = [&](auto f) {
    for (int64_t i = 0; i < n; ++i) y[i] = f(x[i]);
  };
  switch (op) {
    case Predicate::kIsNan:
      return each([](float v) { return std::isnan(v); });
    case Predicate::kIsInf:
      return each([](float v) { return std::isinf(v); });
    case Predicate::kIsFinite:
      return each([](float v) { return std::isfinite(v); });
    case Predicate::kIsPosInf:
      return each([](float v) { return std::isinf(v) && v > 0.f; });
    case Predicate::kIsNegInf:
      return each([](float v) { return std::isinf(v) && v < 0.f; });
    case Predicate::kSignbit:
      return each([](float v) { return std::signbit(v); });
    case Predicate::kNonzero:
      return each([](float v) { return v != 0.f; });
    case Predicate::kIsZero:
      return each([](float v) { return v == 0.f; });
  }
}

template <class T>
void unary_integer(Unary op, const T* x, T* y, int64_t n) {
  using Bits = std::make_unsigned_t<T>;  // signed overflow is undefined, unsigned wraps
  const auto each = [&](auto f) {
    for (int64_t i = 0; i < n; ++i) y[i] = static_cast<T>(f(x[i]));
  };
  switch (op) {
    case Unary::kLinear:
      return each([](T v) { return v; });
    case Unary::kAbs:
      return each([](T v) { return v < 0 ? Bits(0) - Bits(v) : Bits(v); });
    case Unary::kNegative:
      return each([](T v) { return Bits(0) - Bits(v); });
    case Unary::kSign:
      return each([](T v) { return (v > 0) - (v < 0); });
    // 1u: a product of narrow operands is computed in int, which could overflow
    case Unary::kSquare:
      return each([](T v) { return 1u * Bits(v) * Bits(v); });
    case Unary::kRelu:
      return each([](T v) { return v > 0 ? v : T(0); });
    case Unary::kRelu6:
      return each([](T v) { return v < 0 ? T(0) : v > 6 ? T(6) : v; });
    default:
      throw std::invalid_argument("This function has no integer form.");
  }
}

template <class T>
void bitwise_not(const T* x, T* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] = static_cast<T>(~x[i]);
}

void logical_not(const uint8_t* x, uint8_t* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] = x[i] == 0;
}

template void unary_integer(Unary, const int32_t*, int32_t*, int64_t);
template void unary_integer(Unary, const int64_t*, int64_t*, int64_t);
template void unary_integer(Unary, const uint32_t*, uint32_t*, int64_t);
template void unary_integer(Unary, const uint8_t*, uint8_t*, int64_t);
template void bitwise_not(const int32_t*, int32_t*, int64_t);
template void bitwise_not(const int64_t*, int64_t*, int64_t);
template void bitwise_not(const uint32_t*, uint32_t*, int64_t);
template void bitwise_not(const uint8_t*, uint8_t*, int64_t);

}  // namespace keras::kernels
