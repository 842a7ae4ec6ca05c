// What other operations need of reductions.
#pragma once

#include <span>

#include "kernels/reduce.h"
#include "ops/common/operand.h"

namespace keras::ops {

// The shape without these axes (in ascending order), or with ones in their positions.
Shape reduced_shape(const Shape& shape, std::span<const int> axes, bool keepdims);
// The reduction computed in and returned as `dtype`.
Tensor emit_reduce(const Operand& x, kernels::Reduce function, const Axes& axis, bool keepdims,
                   DType dtype);

}  // namespace keras::ops
