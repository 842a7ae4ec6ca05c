// Choosing between elements: where, clip, select.
#include "kernels/select.h"

#include "kernels/copy.h"
#include "kernels/unary.h"
#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/elementwise/unary.h"
#include "ops/numpy.h"
#include "ops/table/registry.h"

namespace keras::ops {

Tensor where(const Operand& condition, const Operand& x1, const Operand& x2) {
  if (makes_node({&condition, &x1, &x2})) {
    return make_node("Where", {condition.tree(), x1.tree(), x2.tree()}).as_tensor();
  }
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

Tensor clip(const Operand& x, const Operand& x_min, const Operand& x_max) {
  if (makes_node({&x, &x_min, &x_max})) {
    return make_node("Clip", {x.tree()},
                     {{"x_min", field_of(x_min.tree())}, {"x_max", field_of(x_max.tree())}})
        .as_tensor();
  }
  const DType own = x.type().dtype;
  const DType dtype = own == DType::kBool ? DType::kInt32 : own;
  if (is_float(dtype) && !x_min.is_tensor() && !x_max.is_tensor()) {
    return emit_unary(x, kernels::Unary::kClip,
                      {static_cast<float>(x_min.number()), static_cast<float>(x_max.number()), 0},
                      dtype);
  }
  return cast(minimum(maximum(cast(x, dtype), x_min), x_max), dtype);
}

namespace calls {

Tree Where(const OpCall& c) {
  if (!c.has("x1") && !c.has("x2")) return call_op("nonzero", {c.arg("condition")});
  return where(c.operand("condition"), c.operand("x1"), c.operand("x2"));
}
Tree Clip(const OpCall& c) {
  return clip(c.operand("x"), Tree::from_json(c.field("x_min")), Tree::from_json(c.field("x_max")));
}
Tree Select(const OpCall& c) {
  const auto conditions = c.tensors("condlist");
  const auto choices = c.tensors("choicelist");
  if (conditions.size() != choices.size()) {
    raise_value_error({"condlist must have length equal to choicelist ([",
                       std::to_string(conditions.size()), "] vs [", std::to_string(choices.size()),
                       "])"});
  }
  Operand result = c.operand("default");
  for (size_t i = conditions.size(); i-- > 0;) result = where(conditions[i], choices[i], result);
  return result.tensor();
}

}  // namespace calls
}  // namespace keras::ops
