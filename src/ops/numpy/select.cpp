// where, clip and select.
#include "kernels/select.h"

#include "kernels/copy.h"
#include "kernels/unary.h"
#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/elementwise/unary.h"
#include "ops/numpy.h"
#include "ops/table/registry.h"
#include "ops/table/tangent_rules.h"

namespace keras::ops {
namespace {

// Like nonzero for a condition alone.
Result<ValueType::kTensor> where_op(const Operand& condition, const std::optional<Operand>& x1,
                                    const std::optional<Operand>& x2) {
  if (!x1 && !x2) return {call_op("nonzero", {condition.tree()})};
  if (!x1 || !x2)
    raise_value_error(
        {"`x1` and `x2` either both should be `None` or both should have non-None value."});
  return {where(condition, *x1, *x2)};
}

Tensor select(const std::vector<Tensor>& condlist, const std::vector<Tensor>& choicelist,
              const Operand& otherwise) {
  if (condlist.size() != choicelist.size()) {
    raise_value_error({"condlist must have length equal to choicelist ([",
                       std::to_string(condlist.size()), "] vs [", std::to_string(choicelist.size()),
                       "])"});
  }
  Operand result = otherwise;
  for (size_t i = condlist.size(); i-- > 0;) result = where(condlist[i], choicelist[i], result);
  return result.tensor();
}

}  // namespace

KERAS_OP("ops.numpy", Where, where_op, "condition, x1=None, x2=None")
KERAS_OP("ops.numpy", Select, select, "condlist, choicelist, default=0")

Tensor where(const Operand& condition, const Operand& x1, const Operand& x2) {
  if (makes_node(rows::Where, {&condition, &x1, &x2}))
    return make_node(rows::Where, {condition, x1, x2});
  const DType dtype = promote(x1, x2);
  const Tensor choice = cast(condition.tensor(), DType::kBool);
  const Tensor a = x1.as(dtype), b = x2.as(dtype);
  const Shape shape = broadcast_shapes(broadcast_shapes(choice.shape(), a.shape()), b.shape());
  return emit({choice, a, b}, Spec{shape, dtype}, [&] {
    return function_step("where", [by = kernels::broadcast(dims(choice.shape()), dims(a.shape()),
                                                           dims(b.shape()), dims(shape)),
                                   size = element_size(dtype)](auto in, auto out, auto*) {
      kernels::select(in[0].template as<uint8_t>(), in[1].data, in[2].data, out[0].data, size, by);
    });
  });
}

KERAS_OP("ops.numpy", Clip, clip, "x, .x_min, .x_max")
Tensor clip(const Operand& x, const Operand& x_min, const Operand& x_max) {
  if (makes_node(rows::Clip, {&x, &x_min, &x_max})) return make_node(rows::Clip, {x, x_min, x_max});
  const DType own = x.type().dtype;
  const DType dtype = own == DType::kBool ? DType::kInt32 : own;
  if (is_float(dtype) && !x_min.is_tensor() && !x_max.is_tensor()) {
    return emit_unary(x, kernels::Unary::kClip,
                      {static_cast<float>(x_min.number()), static_cast<float>(x_max.number()), 0},
                      dtype);
  }
  return cast(minimum(maximum(cast(x, dtype), x_min), x_max), dtype);
}

}  // namespace keras::ops
