// Complex tensors: one real and one imaginary float32 per element.
#include <cstring>

#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras::ops {
namespace {

// The same bytes as another dtype and shape.
Tensor reinterpreted(const Tensor& x, const Shape& shape, DType dtype) {
  return emit({x}, Spec{shape, dtype}, [&] {
    return function_step("view", [n = x.bytes()](auto in, auto out, auto*) {
      if (n > 0) std::memcpy(out[0].data, in[0].data, n);
    });
  });
}

Tensor view_as_complex(const Tensor& given) {
  const Tensor x = cast(given, DType::kFloat32);
  if (x.rank() < 1 || x.shape().back() != 2) {
    raise_value_error(
        {"Last dimension of input must be size 2 (real and imaginary). Received shape: ",
         repr(x.shape())});
  }
  return reinterpreted(x, x.shape().slice(0, x.rank() - 1), DType::kComplex64);
}

Tensor view_as_real(const Tensor& x) {
  const Shape shape = x.shape().concat({2});
  if (x.dtype() == DType::kComplex64) return reinterpreted(x, shape, DType::kFloat32);
  const Tensor real = cast(x, DType::kFloat32);
  return stack({real, zeros_like(real)}, -1);
}

Tensor polar(const Tensor& given_length, const Tensor& given_angle) {
  const Tensor length = cast(given_length, DType::kFloat32);
  const Tensor angle = cast(given_angle, DType::kFloat32);
  const Tensor parts = stack({multiply(length, cos(angle)), multiply(length, sin(angle))}, -1);
  return reinterpreted(parts, parts.shape().slice(0, parts.rank() - 1), DType::kComplex64);
}

}  // namespace

KERAS_OP("ops.math", ViewAsComplex, view_as_complex, "x")
KERAS_OP("ops.math", ViewAsReal, view_as_real, "x")
KERAS_OP("ops.nn", Polar, polar, "abs_, angle")

}  // namespace keras::ops
