// Steps of functions of two elements.
#pragma once

#include "kernels/binary.h"
#include "ops/common/support.h"

namespace keras::ops {

// function(x1, x2), both cast to `dtype`, which is also the dtype of the result.
Tensor emit_binary(const Operand& x1, const Operand& x2, kernels::Binary function, DType dtype);
Tensor emit_compare(const Operand& x1, const Operand& x2, kernels::Compare comparison);

}  // namespace keras::ops
