// one_hot and multi_hot.
#include "kernels/gather.h"
#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/nn.h"
#include "ops/numpy.h"
#include "ops/table/tangent_rules.h"

namespace keras::ops {
namespace {

void refuse_sparse(bool sparse) {
  if (sparse) raise_not_implemented_error({"Sparse tensors are not supported."});
}

Tensor one_hot_op(const Operand& x, Size num_classes, int64_t axis, std::optional<DType> dtype,
                  bool sparse) {
  refuse_sparse(sparse);
  return one_hot(x, num_classes, axis, dtype);
}

Tensor multi_hot_op(const Operand& inputs, std::optional<Size> num_classes, int64_t axis,
                    std::optional<DType> dtype, bool sparse) {
  refuse_sparse(sparse);
  if (!num_classes) raise_value_error({"Argument `num_classes` must be specified."});
  return multi_hot(inputs, *num_classes, axis, dtype);
}

}  // namespace

KERAS_OP("ops.nn", OneHot, one_hot_op, "x, .num_classes, .axis=-1, .dtype=None, .sparse=False")
KERAS_OP("ops.nn", MultiHot, multi_hot_op,
         "inputs, .num_classes=None, .axis=-1, .dtype=None, .sparse=False")

Tensor one_hot(const Operand& x, int64_t num_classes, int64_t axis, std::optional<DType> dtype) {
  if (makes_node(rows::OneHot, x)) return make_node(rows::OneHot, {x, num_classes, axis, dtype});
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
  if (makes_node(rows::MultiHot, inputs)) {
    return make_node(rows::MultiHot, {inputs, num_classes, axis, dtype});
  }
  const int64_t reduced = inputs.shape().rank() > 1 ? 1 : 0;
  return max(one_hot(inputs, num_classes, axis, dtype), reduced);
}

}  // namespace keras::ops
