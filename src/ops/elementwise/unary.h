// Steps of functions of one element.
#pragma once

#include "kernels/unary.h"
#include "ops/common/support.h"

namespace keras::ops {

enum class UnaryRule { kFloat, kSame, kPredicate };

// function(x) of a tensor or number; the result has `dtype`.
Tensor emit_unary(const Operand& x, kernels::Unary function, kernels::UnaryParams params,
                  DType dtype);
// The rule determines the dtype of the result.
Tensor emit_unary(const Operand& x, kernels::Unary function, UnaryRule rule);
Tensor emit_predicate(const Operand& x, kernels::Predicate predicate);

}  // namespace keras::ops
