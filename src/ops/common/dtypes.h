// Promotion of argument dtypes, and the dtypes that kernels compute in.
#pragma once

#include "base/dtype.h"
#include "ops/common/operand.h"

namespace keras::ops {

// Keras's result_type of one or more arguments.
DType promote(PromotedType a, PromotedType b);
inline DType promote(const Operand& a, const Operand& b) { return promote(a.type(), b.type()); }
// result_type(x, float): integers and bool become float32, floats stay.
DType float_of(DType dtype);
inline DType float_of(const Operand& x) { return float_of(x.type().dtype); }
// The 32-bit dtype that JAX uses for a 64-bit one; other dtypes are unchanged.
DType canonical(DType dtype);
// The dtype of the kernels for it: float32 for halves, uint8 for bool, 32 bits for narrow integers.
DType compute_dtype(DType dtype);
bool is_signed(DType dtype);

}  // namespace keras::ops
