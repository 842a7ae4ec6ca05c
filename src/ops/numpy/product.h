// The step behind matmul, dot, tensordot and einsum.
#pragma once

#include "base/function_ref.h"
#include "kernels/gemm.h"
#include "ops/common/support.h"

namespace keras::ops {

// a * b of two stacks of matrices, as kernels::BatchedGemm describes them. The result has `shape`,
// of whose elements n lie in a row (the last axis of `shape` need not be n). In `dtype`: floats, or
// integers, which wrap.
struct Product {
  kernels::BatchedGemm gemm;
  Shape shape;
  DType dtype = DType::kFloat32;
  bool columns_last = true;  // the last axis of `shape` holds the n columns
};
// `make` is called when the sizes are known; both tensors must have the dtype of the result, a
// compute dtype, or be int8 with a result of int32. In a product of floats b may also be a
// constant that stays_compact() (compact_product.h).
Tensor emit_product(const Tensor& a, const Tensor& b, const Spec& spec,
                    FunctionRef<Product()> make);

}  // namespace keras::ops
