// round, and element-by-element functions put together from others.
#include <algorithm>
#include <cmath>
#include <limits>

#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/elementwise/binary.h"
#include "ops/elementwise/unary.h"
#include "ops/numpy.h"

namespace keras::ops {
namespace {

constexpr double kPi = 3.14159265358979323846;

// In float32, rounded back to the dtype of a float.
template <class F>
Tensor in_float(const Operand& x, const F& f) {
  return cast(f(x.as(DType::kFloat32)), float_of(x));
}

// Modified Bessel function of order 0 by its power series, which converges for every x.
float bessel_i0(float value) {
  const double x = value;
  double term = 1, sum = 1;
  for (int k = 1; k < 1000 && term > 1e-17 * sum; ++k) {
    term *= (x / (2 * k)) * (x / (2 * k));
    sum += term;
  }
  return static_cast<float>(sum);
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

int32_t gcd(int32_t a, int32_t b) {
  uint32_t x = a < 0 ? 0u - static_cast<uint32_t>(a) : static_cast<uint32_t>(a);
  uint32_t y = b < 0 ? 0u - static_cast<uint32_t>(b) : static_cast<uint32_t>(b);
  while (y != 0) {
    const uint32_t rest = x % y;
    x = y;
    y = rest;
  }
  return static_cast<int32_t>(x);
}

int32_t lcm(int32_t a, int32_t b) {
  const int32_t divisor = gcd(a, b);
  if (divisor == 0) return 0;
  const int64_t product = static_cast<int64_t>(a) / divisor * b;
  return static_cast<int32_t>(std::abs(product));
}

// NaN loses against a number.
Tensor ignoring_nan(const OpCall& c, Tensor (*choose)(const Operand&, const Operand&)) {
  const Operand x1 = c.operand("x1"), x2 = c.operand("x2");
  const Tensor both = choose(x1, x2);
  if (!is_float(both.dtype())) return both;
  return where(isnan(x1), x2, where(isnan(x2), x1, both));
}

Tensor is_close(const OpCall& c, const Operand& rtol, const Operand& atol, bool equal_nan) {
  const Operand x1 = c.operand("x1"), x2 = c.operand("x2");
  const DType dtype = float_of(promote(x1, x2));
  const Tensor a = cast(x1.tensor(), dtype), b = cast(x2.tensor(), dtype);
  const Tensor close = less_equal(absolute(subtract(a, b)), add(atol, multiply(rtol, absolute(b))));
  // An infinity is close to itself only.
  const Tensor finite = logical_and(isfinite(a), isfinite(b));
  const Tensor result = logical_or(logical_and(close, finite), equal(a, b));
  if (!equal_nan) return result;
  return logical_or(result, logical_and(isnan(a), isnan(b)));
}

}  // namespace

Tensor round(const Operand& x, int64_t decimals) {
  if (makes_node(x)) return make_node("Round", {x.tree()}, {{"decimals", decimals}}).as_tensor();
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

namespace calls {

Tree Round(const OpCall& c) { return round(c.operand("x"), c.integer("decimals")); }
Tree Deg2rad(const OpCall& c) {
  return in_float(c.operand("x"), [](const Tensor& x) { return multiply(x, kPi / 180); });
}
Tree Rad2deg(const OpCall& c) {
  return in_float(c.operand("x"), [](const Tensor& x) { return multiply(x, 180 / kPi); });
}
Tree Sinc(const OpCall& c) {
  return in_float(c.operand("x"), [](const Tensor& x) {
    const Tensor angle = multiply(x, kPi);
    return where(equal(x, 0), 1.0, divide(sin(angle), where(equal(x, 0), 1.0, angle)));
  });
}
Tree I0(const OpCall& c) { return map_floats(c.operand("x"), bessel_i0); }
Tree Erfc(const OpCall& c) {
  return map_floats(c.operand("x"), [](float x) { return std::erfc(x); });
}
Tree Gcd(const OpCall& c) { return map_integers(c.operand("x1"), c.operand("x2"), gcd); }
Tree Lcm(const OpCall& c) { return map_integers(c.operand("x1"), c.operand("x2"), lcm); }
Tree Ldexp(const OpCall& c) {
  const Operand x1 = c.operand("x1"), x2 = c.operand("x2");
  if (!is_integer(x2.type().dtype)) {
    raise_type_error({"ldexp exponent must be an integer type. Received: x2 dtype=",
                      std::string(dtype_name(x2.type().dtype))});
  }
  return cast(multiply(x1, exp2(x2)), float_of(promote(x1, x2)));
}
Tree Logaddexp2(const OpCall& c) {
  const double ln2 = std::log(2.);
  const Operand x1 = c.operand("x1"), x2 = c.operand("x2");
  const DType dtype = float_of(promote(x1, x2));
  return cast(divide(logaddexp(multiply(x1.as(DType::kFloat32), ln2),
                               multiply(x2.as(DType::kFloat32), ln2)),
                     ln2),
              dtype);
}
Tree Heaviside(const OpCall& c) {
  const Operand x1 = c.operand("x1"), x2 = c.operand("x2");
  const DType dtype = float_of(promote(x1, x2));
  const Tensor x = x1.as(dtype);
  return where(isnan(x), x, where(equal(x, 0), x2.as(dtype), cast(greater(x, 0), dtype)));
}
Tree Fmax(const OpCall& c) { return ignoring_nan(c, maximum); }
Tree Fmin(const OpCall& c) { return ignoring_nan(c, minimum); }
Tree Isclose(const OpCall& c) {
  return is_close(c, c.operand("rtol"), c.operand("atol"), c.flag("equal_nan"));
}
Tree AllClose(const OpCall& c) {
  return all(is_close(c, c.number("rtol"), c.number("atol"), c.flag("equal_nan")));
}
Tree NanToNum(const OpCall& c) {
  const Tensor x = c.tensor("x");
  if (!is_float(x.dtype())) return x;
  const double largest = x.dtype() == DType::kFloat16    ? 65504.
                         : x.dtype() == DType::kBFloat16 ? 0x1.fep127
                                                         : std::numeric_limits<float>::max();
  const Tensor numbers = where(isnan(x), c.number("nan"), x);
  return where(isposinf(x), c.optional_number("posinf").value_or(largest),
               where(isneginf(x), c.optional_number("neginf").value_or(-largest), numbers));
}
Tree BitwiseInvert(const OpCall& c) {
  const Operand x = c.operand("x");
  if (x.type().dtype == DType::kBool) return logical_not(x);
  return cast(bitwise_xor(x, -1), x.type().dtype);
}
Tree BitwiseNot(const OpCall& c) { return BitwiseInvert(c); }
// Real tensors only.
Tree Real(const OpCall& c) { return c.tensor("x"); }
Tree Conjugate(const OpCall& c) { return c.tensor("x"); }
Tree Conj(const OpCall& c) { return c.tensor("x"); }
Tree Imag(const OpCall& c) { return zeros_like(c.operand("x")); }
Tree Isreal(const OpCall& c) { return ones_like(c.operand("x"), DType::kBool); }
Tree Angle(const OpCall& c) {
  const Operand x = c.operand("x");
  return in_float(x,
                  [](const Tensor& v) { return where(isnan(v), v, where(less(v, 0), kPi, 0.0)); });
}
Tree Abs(const OpCall& c) { return absolute(c.operand("x")); }

}  // namespace calls
}  // namespace keras::ops
