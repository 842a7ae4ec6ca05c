// Dtypes that operations share: how arguments promote, and in which type kernels compute.
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
// JAX has no 64-bit types: data of one becomes its 32-bit twin.
DType canonical(DType dtype);
// The type whose kernels compute it: halves as float32, bool as uint8, narrow integers as 32-bit.
DType compute_dtype(DType dtype);
bool is_signed(DType dtype);

}  // namespace keras::ops
