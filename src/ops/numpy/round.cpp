// round, and elementwise functions that are composed of other operations.
#include <algorithm>
#include <cmath>
#include <limits>

#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/elementwise/binary.h"
#include "ops/elementwise/unary.h"
#include "ops/numpy.h"
#include "ops/numpy/bessel.h"
#include "ops/table/tangent_rules.h"

namespace keras::ops {
namespace {

constexpr double kPi = 3.14159265358979323846;

// Computes in float32 and rounds to the float dtype of x.
template <class F>
Tensor in_float(const Operand& x, const F& f) {
  return cast(f(x.as(DType::kFloat32)), float_of(x));
}

// Applies a function of one float that no kernel has.
template <class F>
Tensor map_floats(const Operand& x, const F& f) {
  return in_float(x, [&](const Tensor& values) {
    return emit({values}, Spec{values.shape(), DType::kFloat32}, [&] {
      return function_step("map", [f, n = values.size()](auto in, auto out, auto*) {
        const float* from = in[0].template as<float>();
        std::transform(from, from + n, out[0].template as<float>(), f);
      });
    });
  });
}

// The same for two integers of equal dtype.
template <class F>
Tensor map_integers(const Operand& x1, const Operand& x2, const F& f) {
  const DType dtype = promote(x1, x2);
  if (!is_integer(dtype)) {
    raise_type_error(
        {"Arguments must be integers. Received dtype ", std::string(dtype_name(dtype))});
  }
  const Shape shape = broadcast_shapes(x1.shape(), x2.shape());
  const Tensor a = broadcast_to(x1.as(DType::kInt32), shape);
  const Tensor b = broadcast_to(x2.as(DType::kInt32), shape);
  const Tensor y = emit({a, b}, Spec{shape, DType::kInt32}, [&] {
    return function_step("map", [f, n = a.size()](auto in, auto out, auto*) {
      for (int64_t i = 0; i < n; ++i) {
        out[0].template as<int32_t>()[i] =
            f(in[0].template as<int32_t>()[i], in[1].template as<int32_t>()[i]);
      }
    });
  });
  return cast(y, dtype);
}

int32_t gcd_of(int32_t a, int32_t b) {
  uint32_t x = a < 0 ? 0u - static_cast<uint32_t>(a) : static_cast<uint32_t>(a);
  uint32_t y = b < 0 ? 0u - static_cast<uint32_t>(b) : static_cast<uint32_t>(b);
  while (y != 0) {
    const uint32_t rest = x % y;
    x = y;
    y = rest;
  }
  return static_cast<int32_t>(x);
}

int32_t lcm_of(int32_t a, int32_t b) {
  const int32_t divisor = gcd_of(a, b);
  if (divisor == 0) return 0;
  const int64_t product = static_cast<int64_t>(a) / divisor * b;
  return static_cast<int32_t>(std::abs(product));
}

// The other operand where one is NaN.
Tensor ignoring_nan(const Operand& x1, const Operand& x2,
                    Tensor (*choose)(const Operand&, const Operand&)) {
  const Tensor both = choose(x1, x2);
  if (!is_float(both.dtype())) return both;
  return where(isnan(x1), x2, where(isnan(x2), x1, both));
}

Tensor isclose(const Operand& x1, const Operand& x2, const Operand& rtol, const Operand& atol,
               bool equal_nan) {
  const DType dtype = float_of(promote(x1, x2));
  const Tensor a = cast(x1.tensor(), dtype), b = cast(x2.tensor(), dtype);
  const Tensor close = less_equal(absolute(subtract(a, b)), add(atol, multiply(rtol, absolute(b))));
  // An infinity is close only to itself.
  const Tensor finite = logical_and(isfinite(a), isfinite(b));
  const Tensor result = logical_or(logical_and(close, finite), equal(a, b));
  if (!equal_nan) return result;
  return logical_or(result, logical_and(isnan(a), isnan(b)));
}

Tensor deg2rad(const Operand& x) {
  return in_float(x, [](const Tensor& values) { return multiply(values, kPi / 180); });
}
Tensor rad2deg(const Operand& x) {
  return in_float(x, [](const Tensor& values) { return multiply(values, 180 / kPi); });
}

Tensor sinc(const Operand& x) {
  return in_float(x, [](const Tensor& values) {
    const Tensor angle = multiply(values, kPi), is_zero = equal(values, 0);
    return where(is_zero, 1.0, divide(sin(angle), where(is_zero, 1.0, angle)));
  });
}

Tensor i0(const Operand& x) {
  return map_floats(x, [](float value) { return static_cast<float>(bessel_i0(value)); });
}
Tensor erfc(const Operand& x) {
  return map_floats(x, [](float value) { return std::erfc(value); });
}
Tensor gcd(const Operand& x1, const Operand& x2) { return map_integers(x1, x2, gcd_of); }
Tensor lcm(const Operand& x1, const Operand& x2) { return map_integers(x1, x2, lcm_of); }

Tensor ldexp(const Operand& x1, const Operand& x2) {
  if (!is_integer(x2.type().dtype)) {
    raise_type_error({"ldexp exponent must be an integer type. Received: x2 dtype=",
                      std::string(dtype_name(x2.type().dtype))});
  }
  return cast(multiply(x1, exp2(x2)), float_of(promote(x1, x2)));
}

Tensor logaddexp2(const Operand& x1, const Operand& x2) {
  const double ln2 = std::log(2.);
  const Tensor sum =
      logaddexp(multiply(x1.as(DType::kFloat32), ln2), multiply(x2.as(DType::kFloat32), ln2));
  return cast(divide(sum, ln2), float_of(promote(x1, x2)));
}

Tensor heaviside(const Operand& x1, const Operand& x2) {
  const DType dtype = float_of(promote(x1, x2));
  const Tensor x = x1.as(dtype);
  return where(isnan(x), x, where(equal(x, 0), x2.as(dtype), cast(greater(x, 0), dtype)));
}

Tensor fmax(const Operand& x1, const Operand& x2) { return ignoring_nan(x1, x2, maximum); }
Tensor fmin(const Operand& x1, const Operand& x2) { return ignoring_nan(x1, x2, minimum); }

Tensor allclose(const Operand& x1, const Operand& x2, double rtol, double atol, bool equal_nan) {
  return all(isclose(x1, x2, rtol, atol, equal_nan));
}

Tensor nan_to_num(const Tensor& x, double nan, std::optional<double> posinf,
                  std::optional<double> neginf) {
  if (!is_float(x.dtype())) return x;
  const double largest = x.dtype() == DType::kFloat16    ? 65504.
                         : x.dtype() == DType::kBFloat16 ? 0x1.fep127
                                                         : std::numeric_limits<float>::max();
  const Tensor numbers = where(isnan(x), nan, x);
  return where(isposinf(x), posinf.value_or(largest),
               where(isneginf(x), neginf.value_or(-largest), numbers));
}

Tensor bitwise_invert(const Operand& x) {
  if (x.type().dtype == DType::kBool) return logical_not(x);
  return cast(bitwise_xor(x, -1), x.type().dtype);
}

// Real tensors only.
Tensor real(const Tensor& x) { return x; }
Tensor imag(const Operand& x) { return zeros_like(x); }
Tensor isreal(const Operand& x) { return ones_like(x, DType::kBool); }
Tensor angle(const Operand& x) {
  return in_float(x, [](const Tensor& values) {
    return where(isnan(values), values, where(less(values, 0), kPi, 0.0));
  });
}

}  // namespace

KERAS_OP("ops.numpy", Deg2rad, deg2rad, "x")
KERAS_OP("ops.numpy", Rad2deg, rad2deg, "x")
KERAS_OP("ops.numpy", Sinc, sinc, "x")
KERAS_OP("ops.numpy", I0, i0, "x")
KERAS_OP("ops.math", Erfc, erfc, "x")
KERAS_OP("ops.numpy", Gcd, gcd, "x1, x2")
KERAS_OP("ops.numpy", Lcm, lcm, "x1, x2")
KERAS_OP("ops.numpy", Ldexp, ldexp, "x1, x2")
KERAS_OP("ops.numpy", Logaddexp2, logaddexp2, "x1, x2")
KERAS_OP("ops.numpy", Heaviside, heaviside, "x1, x2")
KERAS_OP("ops.numpy", Fmax, fmax, "x1, x2")
KERAS_OP("ops.numpy", Fmin, fmin, "x1, x2")
KERAS_OP("ops.numpy", Isclose, isclose, "x1, x2, rtol=1e-05, atol=1e-08, .equal_nan=False")
KERAS_OP("ops.numpy", AllClose, allclose, "x1, x2, .rtol=1e-05, .atol=1e-08, .equal_nan=False")
KERAS_OP("ops.numpy", NanToNum, nan_to_num, "x, .nan=0.0, .posinf=None, .neginf=None")
KERAS_OP("ops.numpy", BitwiseInvert, bitwise_invert, "x")
KERAS_OP("ops.numpy", BitwiseNot, bitwise_invert, "x")
KERAS_OP("ops.numpy", Real, real, "x")
KERAS_OP("ops.numpy", Conjugate, real, "x")
KERAS_OP("ops.numpy", Conj, real, "x")
KERAS_OP("ops.numpy", Imag, imag, "x")
KERAS_OP("ops.numpy", Isreal, isreal, "x")
KERAS_OP("ops.numpy", Angle, angle, "x")
KERAS_OP("ops.numpy", Abs, absolute, "x")

KERAS_OP("ops.numpy", Round, round, "x, .decimals=0")
Tensor round(const Operand& x, int64_t decimals) {
  if (makes_node(rows::Round, x)) return make_node(rows::Round, {x, decimals});
  const DType own = x.type().dtype;
  if (!is_float(own) && decimals >= 0) return x.tensor();
  const double factor = std::pow(10., static_cast<double>(decimals));
  return cast(in_float(x,
                       [&](const Tensor& values) {
                         if (decimals == 0) {
                           return emit_unary(values, kernels::Unary::kRound, UnaryRule::kFloat);
                         }
                         return divide(emit_unary(multiply(values, factor), kernels::Unary::kRound,
                                                  UnaryRule::kFloat),
                                       factor);
                       }),
              own);
}

}  // namespace keras::ops
