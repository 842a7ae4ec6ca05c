// Complex tensors, which hold a real and an imaginary float32 per element.
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

}  // namespace

namespace calls {

Tree ViewAsComplex(const OpCall& c) {
  const Tensor x = cast(c.tensor("x"), DType::kFloat32);
  if (x.rank() < 1 || x.shape().back() != 2) {
    raise_value_error(
        {"Last dimension of input must be size 2 (real and imaginary). Received shape: ",
         repr(x.shape())});
  }
  return reinterpreted(x, x.shape().slice(0, x.rank() - 1), DType::kComplex64);
}

Tree ViewAsReal(const OpCall& c) {
  const Tensor x = c.tensor("x");
  const Shape shape = x.shape().concat({2});
  if (x.dtype() == DType::kComplex64) return reinterpreted(x, shape, DType::kFloat32);
  const Tensor real = cast(x, DType::kFloat32);
  return stack({real, zeros_like(real)}, -1);
}

Tree Polar(const OpCall& c) {
  const Tensor length = cast(c.tensor("abs_"), DType::kFloat32);
  const Tensor angle = cast(c.tensor("angle"), DType::kFloat32);
  const Tensor parts = stack({multiply(length, cos(angle)), multiply(length, sin(angle))}, -1);
  return reinterpreted(parts, parts.shape().slice(0, parts.rank() - 1), DType::kComplex64);
}

}  // namespace calls
}  // namespace keras::ops
