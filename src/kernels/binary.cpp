#include "kernels/binary.h"

#include <cmath>
#include <stdexcept>

#include "kernels/broadcast_loop.h"
#include "kernels/integer_math.h"
#include "kernels/map.h"
#include "kernels/parallel.h"
#include "kernels/vector_math.h"

namespace keras::kernels {
namespace {

// jnp.mod and jnp.floor_divide (jax/_src/numpy/ufuncs.py).
float floor_mod(float a, float b) {
  const float rest = std::fmod(a, b);
  return rest != 0.f && (rest < 0.f) != (b < 0.f) ? rest + b : rest;
}
float floor_divide(float a, float b) {
  const float rest = std::fmod(a, b);
  const float quotient = (b == 0.f ? a : a - rest) / b;
  const bool below =
      rest != 0.f && (std::isnan(rest) || std::isnan(b) || (rest < 0.f) != (b < 0.f));
  return std::round(below ? quotient - 1.f : quotient);
}
float logaddexp(float a, float b) {
  const float larger = std::fmax(a, b);
  const float difference = a - b;
  if (std::isnan(difference)) return a + b;  // NaN, or infinities with the same sign
  return larger + std::log1p(std::exp(-std::fabs(difference)));
}

// Applies a scalar function to each lane.
template <class F>
struct Each {
  Vec operator()(Vec a, Vec b) const {
    float x[kLanes], y[kLanes];
    store(x, a);
    store(y, b);
    for (int i = 0; i < kLanes; ++i) x[i] = F()(x[i], y[i]);
    return load(x);
  }
};

// Each function instantiates only the block; the loop over outer axes is shared.
template <class A, class Y>
using BlockFunction = void (*)(const A* a, const A* b, Y* y, const Block<2>& block);

template <class A, class Y>
void split_block(const A* a, const A* b, Y* y, const Block<2>& block,
                 BlockFunction<A, Y> function) {
  constexpr int64_t kCost = 2;  // per vector
  if (block.rows == 1) {
    parallel_for_floats(block.columns, kCost, [&](int64_t begin, int64_t end) {
      Block<2> part = block;
      part.columns = end - begin;
      function(a + begin * block.steps[0], b + begin * block.steps[1], y + begin, part);
    });
    return;
  }
  parallel_for(block.rows, kCost * block.columns / kLanes, [&](int64_t begin, int64_t end) {
    Block<2> part = block;
    part.rows = end - begin;
    function(a + begin * block.strides[0], b + begin * block.strides[1], y + begin * block.columns,
             part);
  });
}

template <class A, class Y>
void for_each_block(const A* a, const A* b, Y* y, const Broadcast<2>& by,
                    BlockFunction<A, Y> function) {
  if (by.shape.count() == 0) return;
  const Block<2> block = last_two_axes(by);
  for_each_outer<2>(by, [&](const std::array<int64_t, 2>& offsets) {
    split_block(a + offsets[0], b + offsets[1], y, block, function);
    y += block.rows * block.columns;
  });
}

template <class F>
void float_block(const float* a, const float* b, float* y, const Block<2>& block) {
  const F f;
  const int64_t n = block.columns;
  for (int64_t r = 0; r < block.rows; ++r, a += block.strides[0], b += block.strides[1], y += n) {
    const Vec left = splat(*a), right = splat(*b);
    if (block.steps[0] != 0 && block.steps[1] != 0) {
      map(a, b, y, n, f);
    } else if (block.steps[0] != 0) {
      map(a, y, n, [&](Vec v) { return f(v, right); });
    } else if (block.steps[1] != 0) {
      map(b, y, n, [&](Vec v) { return f(left, v); });
    } else {
      map(y, y, n, [&](Vec) { return f(left, right); });
    }
  }
}

template <class A, class Y, class F>
void scalar_block(const A* a, const A* b, Y* y, const Block<2>& block) {
  const F f;
  for (int64_t r = 0; r < block.rows; ++r, a += block.strides[0], b += block.strides[1]) {
    for (int64_t i = 0; i < block.columns; ++i)
      *y++ = static_cast<Y>(f(a[i * block.steps[0]], b[i * block.steps[1]]));
  }
}

// `f` names a function without captures.
template <class F>
void run(const float* a, const float* b, float* y, const Broadcast<2>& by, F) {
  for_each_block<float, float>(a, b, y, by, float_block<F>);
}
template <class F>
void run_each(const float* a, const float* b, float* y, const Broadcast<2>& by, F) {
  for_each_block<float, float>(a, b, y, by, float_block<Each<F>>);
}
template <class T, class Y, class F>
void run_scalar(const T* a, const T* b, Y* y, const Broadcast<2>& by, F) {
  for_each_block<T, Y>(a, b, y, by, scalar_block<T, Y, F>);
}

void power(const float* a, const float* b, float* y, const Broadcast<2>& by) {
  bool one_exponent = true;
  for (int64_t stride : by.strides[1]) one_exponent = one_exponent && stride == 0;
  if (one_exponent && *b == 2.f) return run(a, b, y, by, [](Vec x, Vec) { return x * x; });
  run_each(a, b, y, by, [](float x, float exponent) { return std::pow(x, exponent); });
}

[[noreturn]] void no_such_form() {
  throw std::invalid_argument("This function has no form for the type.");
}

}  // namespace

template <>
void binary(Binary op, const float* a, const float* b, float* y, const Broadcast<2>& by) {
  if (by.shape.count() == 0) return;
  switch (op) {
    case Binary::kAdd:
      return run(a, b, y, by, [](Vec p, Vec q) { return p + q; });
    case Binary::kSubtract:
      return run(a, b, y, by, [](Vec p, Vec q) { return p - q; });
    case Binary::kMultiply:
      return run(a, b, y, by, [](Vec p, Vec q) { return p * q; });
    case Binary::kDivide:
      return run(a, b, y, by, [](Vec p, Vec q) { return p / q; });
    case Binary::kDivideNoNan:
      return run(a, b, y, by, [](Vec p, Vec q) { return select(equal(q, zero()), zero(), p / q); });
    case Binary::kMaximum:
      return run(a, b, y, by, [](Vec p, Vec q) { return maximum(p, q); });
    case Binary::kMinimum:
      return run(a, b, y, by, [](Vec p, Vec q) { return minimum(p, q); });
    case Binary::kSquaredDifference:
      return run(a, b, y, by, [](Vec p, Vec q) { return (p - q) * (p - q); });
    case Binary::kPower:
      return power(a, b, y, by);
    case Binary::kFloorDivide:
      return run_each(a, b, y, by, [](float p, float q) { return floor_divide(p, q); });
    case Binary::kMod:
      return run_each(a, b, y, by, [](float p, float q) { return floor_mod(p, q); });
    case Binary::kFmod:
      return run_each(a, b, y, by, [](float p, float q) { return std::fmod(p, q); });
    case Binary::kArctan2:
      return run_each(a, b, y, by, [](float p, float q) { return std::atan2(p, q); });
    case Binary::kHypot:
      return run_each(a, b, y, by, [](float p, float q) { return std::hypot(p, q); });
    case Binary::kLogaddexp:
      return run_each(a, b, y, by, [](float p, float q) { return logaddexp(p, q); });
    case Binary::kCopysign:
      return run_each(a, b, y, by, [](float p, float q) { return std::copysign(p, q); });
    case Binary::kNextafter:
      return run_each(a, b, y, by, [](float p, float q) { return std::nextafter(p, q); });
    case Binary::kBitwiseAnd:
    case Binary::kBitwiseOr:
    case Binary::kBitwiseXor:
    case Binary::kLeftShift:
    case Binary::kRightShift:
      no_such_form();
  }
}

template <class T>
void binary(Binary op, const T* a, const T* b, T* y, const Broadcast<2>& by) {
  using I = IntegerMath<T>;
  switch (op) {
    case Binary::kAdd:
      return run_scalar(a, b, y, by, [](T p, T q) { return I::add(p, q); });
    case Binary::kSubtract:
      return run_scalar(a, b, y, by, [](T p, T q) { return I::subtract(p, q); });
    case Binary::kMultiply:
      return run_scalar(a, b, y, by, [](T p, T q) { return I::multiply(p, q); });
    case Binary::kDivide:
      return run_scalar(a, b, y, by, [](T p, T q) { return I::divide(p, q); });
    case Binary::kDivideNoNan:
      return run_scalar(a, b, y, by, [](T p, T q) { return q == 0 ? T(0) : I::divide(p, q); });
    case Binary::kFloorDivide:
      return run_scalar(a, b, y, by, [](T p, T q) { return I::floor_divide(p, q); });
    case Binary::kMod:
      return run_scalar(a, b, y, by, [](T p, T q) { return I::floor_mod(p, q); });
    case Binary::kFmod:
      return run_scalar(a, b, y, by, [](T p, T q) { return I::remainder(p, q); });
    case Binary::kPower:
      return run_scalar(a, b, y, by, [](T p, T q) { return I::power(p, q); });
    case Binary::kMaximum:
      return run_scalar(a, b, y, by, [](T p, T q) { return p < q ? q : p; });
    case Binary::kMinimum:
      return run_scalar(a, b, y, by, [](T p, T q) { return q < p ? q : p; });
    case Binary::kSquaredDifference:
      return run_scalar(a, b, y, by,
                        [](T p, T q) { return I::multiply(I::subtract(p, q), I::subtract(p, q)); });
    case Binary::kBitwiseAnd:
      return run_scalar(a, b, y, by, [](T p, T q) { return p & q; });
    case Binary::kBitwiseOr:
      return run_scalar(a, b, y, by, [](T p, T q) { return p | q; });
    case Binary::kBitwiseXor:
      return run_scalar(a, b, y, by, [](T p, T q) { return p ^ q; });
    case Binary::kLeftShift:
      return run_scalar(a, b, y, by, [](T p, T q) { return I::shift_left(p, q); });
    case Binary::kRightShift:
      return run_scalar(a, b, y, by, [](T p, T q) { return I::shift_right(p, q); });
    case Binary::kArctan2:
    case Binary::kHypot:
    case Binary::kLogaddexp:
    case Binary::kCopysign:
    case Binary::kNextafter:
      no_such_form();
  }
}

template <class T>
void compare(Compare op, const T* a, const T* b, uint8_t* y, const Broadcast<2>& by) {
  switch (op) {
    case Compare::kEqual:
      return run_scalar(a, b, y, by, [](T p, T q) { return p == q; });
    case Compare::kNotEqual:
      return run_scalar(a, b, y, by, [](T p, T q) { return p != q; });
    case Compare::kLess:
      return run_scalar(a, b, y, by, [](T p, T q) { return p < q; });
    case Compare::kLessEqual:
      return run_scalar(a, b, y, by, [](T p, T q) { return p <= q; });
    case Compare::kGreater:
      return run_scalar(a, b, y, by, [](T p, T q) { return p > q; });
    case Compare::kGreaterEqual:
      return run_scalar(a, b, y, by, [](T p, T q) { return p >= q; });
  }
}

template <class T>
void binary(Binary op, const T* a, const T* b, T* y, int64_t n) {
  Broadcast<2> by;
  by.shape = {n};
  by.strides = {Dims{1}, Dims{1}};
  binary(op, a, b, y, by);
}

// NOLINTBEGIN(bugprone-macro-parentheses): the arguments are types
#define KERAS_INSTANTIATE(T)                                                 \
  template void binary(Binary, const T*, const T*, T*, const Broadcast<2>&); \
  template void binary(Binary, const T*, const T*, T*, int64_t);             \
  template void compare(Compare, const T*, const T*, uint8_t*, const Broadcast<2>&);
KERAS_INSTANTIATE(int32_t)
KERAS_INSTANTIATE(int64_t)
KERAS_INSTANTIATE(uint32_t)
KERAS_INSTANTIATE(uint8_t)
#undef KERAS_INSTANTIATE
// NOLINTEND(bugprone-macro-parentheses)
template void binary(Binary, const float*, const float*, float*, int64_t);
template void compare(Compare, const float*, const float*, uint8_t*, const Broadcast<2>&);

}  // namespace keras::kernels
