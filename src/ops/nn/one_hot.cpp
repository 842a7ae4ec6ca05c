// Integers as rows of zeros and ones.
#include "kernels/gather.h"
#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/nn.h"
#include "ops/numpy.h"

namespace keras::ops {
namespace {

json::Object one_hot_fields(int64_t num_classes, int64_t axis, const std::optional<DType>& dtype) {
  return {{"num_classes", num_classes},
          {"axis", axis},
          {"dtype", dtype ? json::Value(dtype_name(*dtype)) : json::Value()}};
}

void refuse_sparse(const OpCall& c) {
  if (c.flag("sparse")) raise_not_implemented_error({"Sparse tensors are not supported."});
}

}  // namespace

Tensor one_hot(const Operand& x, int64_t num_classes, int64_t axis, std::optional<DType> dtype) {
  if (makes_node(x)) {
    return make_node("OneHot", {x.tree()}, one_hot_fields(num_classes, axis, dtype)).as_tensor();
  }
  const Tensor indices = cast(x.tensor(), DType::kInt32);
  const Shape shape = indices.shape().concat({num_classes});
  const Tensor rows = emit({indices}, Spec{shape, DType::kFloat32}, [&] {
    return function_step("one_hot", [n = indices.size(), num_classes](auto in, auto out, auto*) {
      kernels::one_hot(in[0].template as<int32_t>(), n, num_classes, out[0].template as<float>());
    });
  });
  const int at = normalize_axis(axis, shape.rank());
  const Tensor y = at == shape.rank() - 1 ? rows : moveaxis(rows, -1, at);
  return cast(y, dtype.value_or(DType::kFloat32));
}

Tensor multi_hot(const Operand& inputs, int64_t num_classes, int64_t axis,
                 std::optional<DType> dtype) {
  if (makes_node(inputs)) {
    return make_node("MultiHot", {inputs.tree()}, one_hot_fields(num_classes, axis, dtype))
        .as_tensor();
  }
  const int64_t reduced = inputs.shape().rank() > 1 ? 1 : 0;
  return max(one_hot(inputs, num_classes, axis, dtype), reduced);
}

namespace calls {

Tree OneHot(const OpCall& c) {
  refuse_sparse(c);
  return one_hot(c.operand("x"), c.size("num_classes"), c.integer("axis"), c.dtype());
}
Tree MultiHot(const OpCall& c) {
  refuse_sparse(c);
  if (c.is_none("num_classes")) {
    raise_value_error({"Argument `num_classes` must be specified."});
  }
  return multi_hot(c.operand("inputs"), c.size("num_classes"), c.integer("axis"), c.dtype());
}

}  // namespace calls
}  // namespace keras::ops
