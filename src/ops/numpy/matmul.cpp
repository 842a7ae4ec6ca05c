// matmul, dot and tensordot.
#include <algorithm>

#include "ops/core.h"
#include "ops/numpy.h"
#include "ops/numpy/compact_product.h"
#include "ops/numpy/product.h"
#include "ops/table/tangent_rules.h"

namespace keras::ops {
namespace {

bool is_int8(const Operand& x) { return x.type().dtype == DType::kInt8; }

DType product_dtype(const Operand& x1, const Operand& x2) {
  const DType dtype = promote(x1, x2);
  // As in Keras, int8 by int8 is int32.
  return is_int8(x1) && is_int8(x2) ? DType::kInt32 : dtype;
}

// As compute_matmul_output_shape (keras/src/ops/operation_utils.py).
Shape matmul_shape(Shape a, Shape b) {
  const bool vector_a = a.rank() == 1, vector_b = b.rank() == 1;
  if (a.empty() || b.empty()) {
    raise_value_error(
        {"matmul: Input operand does not have enough dimensions (has 0, requires at "
         "least 1)"});
  }
  if (vector_a) a = Shape{1, a[0]};
  if (vector_b) b = Shape{b[0], 1};
  const int64_t ka = a.back(), kb = b[b.rank() - 2];
  if (ka != kNone && kb != kNone && ka != kb) {
    raise_value_error(
        {"Inner dimensions (`x1.shape[-1]` and `x2.shape[-2]`) must be equal, but "
         "received `x1.shape=",
         repr(a), "` and `x2.shape=", repr(b), "`."});
  }
  Shape shape = broadcast_shapes(a.slice(0, a.rank() - 2), b.slice(0, b.rank() - 2));
  if (!vector_a) shape.push_back(a[a.rank() - 2]);
  if (!vector_b) shape.push_back(b.back());
  return shape;
}

// Strides of the matrices over the batch axes of the result; 0 where they are broadcast.
kernels::Dims batch_strides(const Shape& batch, const Shape& common, int64_t matrix) {
  std::vector<int64_t> strides(static_cast<size_t>(common.rank()));
  int64_t stride = matrix;
  for (int i = batch.rank() - 1; i >= 0; --i) {
    strides[static_cast<size_t>(i + common.rank() - batch.rank())] = batch[i] == 1 ? 0 : stride;
    stride *= batch[i];
  }
  return kernels::Dims(strides);
}

Product matmul_product(Shape a, Shape b, const Shape& shape) {
  Product product{.gemm = {}, .shape = shape, .columns_last = b.rank() > 1};
  if (a.rank() == 1) a = Shape{1, a[0]};
  if (b.rank() == 1) b = Shape{b[0], 1};
  kernels::BatchedGemm& p = product.gemm;
  p.k = a.back();
  p.n = b.back();
  p.lda = p.k;
  p.ldb = p.n;
  if (b.rank() == 2) {  // one matrix of weights: the batch is more rows
    p.m = count(a, 0, a.rank() - 1);
    return product;
  }
  p.m = a[a.rank() - 2];
  const Shape batch_a = a.slice(0, a.rank() - 2), batch_b = b.slice(0, b.rank() - 2);
  const Shape batch = broadcast_shapes(batch_a, batch_b);
  p.batch = dims(batch);
  p.a_strides = batch_strides(batch_a, batch, p.m * p.k);
  p.b_strides = batch_strides(batch_b, batch, p.k * p.n);
  return product;
}

Tensor emit_matmul(const Tensor& a, const Tensor& b, DType dtype) {
  const Shape shape = matmul_shape(a.shape(), b.shape());
  return emit_product(a, b, Spec{shape, dtype},
                      [&] { return matmul_product(a.shape(), b.shape(), shape); });
}

Tensor weight_as(const Tensor& x, const Tensor& weight, DType compute) {
  return stays_compact(x, weight, compute) ? weight : cast(weight, compute);
}

// Multiplies both operands as matrices over the contracted axes.
Tensor contract(const Operand& x1, const Operand& x2, const std::vector<int64_t>& axes1,
                const std::vector<int64_t>& axes2) {
  const Tensor a = x1.tensor(), b = x2.tensor();
  if (axes1.size() != axes2.size()) {
    raise_value_error({"tensordot axes lists to have equal length"});
  }
  std::vector<int64_t> inner1, inner2, order1, order2;
  for (const int64_t axis : axes1) inner1.push_back(normalize_axis(axis, a.rank()));
  for (const int64_t axis : axes2) inner2.push_back(normalize_axis(axis, b.rank()));
  Shape shape;
  int64_t m = 1, n = 1, k = 1;
  const auto contains = [](const std::vector<int64_t>& all, int axis) {
    return std::find(all.begin(), all.end(), axis) != all.end();
  };
  for (int axis = 0; axis < a.rank(); ++axis) {
    if (contains(inner1, axis)) continue;
    order1.push_back(axis);
    shape.push_back(a.shape()[axis]);
    m = times(m, a.shape()[axis]);
  }
  order1.insert(order1.end(), inner1.begin(), inner1.end());
  order2 = inner2;
  for (int axis = 0; axis < b.rank(); ++axis) {
    if (contains(inner2, axis)) continue;
    order2.push_back(axis);
    shape.push_back(b.shape()[axis]);
    n = times(n, b.shape()[axis]);
  }
  for (size_t i = 0; i < inner1.size(); ++i) {
    const int64_t d1 = a.shape()[static_cast<int>(inner1[i])];
    const int64_t d2 = b.shape()[static_cast<int>(inner2[i])];
    if (d1 != d2 && d1 != kNone && d2 != kNone) {
      raise_value_error({"Shape mismatch on axes `axes[0]=", repr(Tree(axes1[i])),
                         "` and `axes[1]=", repr(Tree(axes2[i])), "`: dimensions ",
                         std::to_string(d1), " and ", std::to_string(d2),
                         " are not equal. Received shapes ", repr(a.shape()), " and ",
                         repr(b.shape()), "."});
    }
    k = times(k, d1);
  }
  const DType dtype = product_dtype(x1, x2);
  const DType compute = compute_dtype(dtype);
  const Tensor left = emit_alias(transpose(cast(a, compute), order1), Shape{m, k});
  const Tensor right = emit_alias(transpose(cast(b, compute), order2), Shape{k, n});
  return cast(emit_alias(emit_matmul(left, right, compute), shape), dtype);
}

json::Value pair(const std::vector<int64_t>& a, const std::vector<int64_t>& b) {
  return json::Array{Axes(a).json(), Axes(b).json()};
}

std::vector<int64_t> last_axes(int rank, int64_t n) {
  std::vector<int64_t> axes;
  for (int64_t i = rank - n; i < rank; ++i) axes.push_back(i);
  return axes;
}
std::vector<int64_t> first_axes(int64_t n) { return last_axes(static_cast<int>(n), n); }

Tensor tensordot_op(const Operand& x1, const Operand& x2, const json::Value& axes) {
  if (!axes.is_array()) return tensordot(x1, x2, axes.as_int());
  return tensordot(x1, x2, Axes(axes.as_array().at(0)).values(),
                   Axes(axes.as_array().at(1)).values());
}

Tensor inner(const Operand& x1, const Operand& x2) {
  if (x1.shape().empty() || x2.shape().empty()) return multiply(x1, x2);
  return tensordot(x1, x2, {-1}, {-1});
}

Tensor outer(const Operand& x1, const Operand& x2) {
  return multiply(reshape(x1, {-1, 1}), reshape(x2, {1, -1}));
}

Tensor vdot(const Operand& x1, const Operand& x2) { return dot(ravel(x1), ravel(x2)); }

}  // namespace

KERAS_OP("ops.numpy", Tensordot, tensordot_op, "x1, x2, .axes=2")
KERAS_OP("ops.numpy", Inner, inner, "x1, x2")
KERAS_OP("ops.numpy", Outer, outer, "x1, x2")
KERAS_OP("ops.numpy", Vdot, vdot, "x1, x2")

KERAS_OP("ops.numpy", Matmul, matmul, "x1, x2")
Tensor matmul(const Operand& x1, const Operand& x2) {
  if (makes_node(rows::Matmul, {&x1, &x2})) return make_node(rows::Matmul, {x1, x2});
  const DType dtype = product_dtype(x1, x2);
  if (is_int8(x1) && is_int8(x2)) return emit_matmul(x1.tensor(), x2.tensor(), dtype);
  const DType compute = compute_dtype(dtype);
  return cast(emit_matmul(x1.as(compute), weight_as(x1.tensor(), x2.tensor(), compute), compute),
              dtype);
}

Tensor matmul_bias(const Tensor& x, const Tensor& kernel, const Tensor& bias) {
  if (runtime::any_tangent(x, kernel, bias)) {
    const Tensor product = matmul(x, kernel);
    return bias ? add(product, bias) : product;
  }
  DType dtype = promote({x.dtype()}, {kernel.dtype()});
  // Computes in float32 and rounds once.
  const DType compute = compute_dtype(dtype);
  Tensor y = emit_matmul(cast(x, compute), weight_as(x, kernel, compute), compute);
  if (bias) {
    dtype = promote({dtype}, {bias.dtype()});
    y = add(y, cast(bias, compute));
  }
  return cast(y, dtype);
}

KERAS_OP("ops.numpy", Dot, dot, "x1, x2")
Tensor dot(const Operand& x1, const Operand& x2) {
  if (makes_node(rows::Dot, {&x1, &x2})) return make_node(rows::Dot, {x1, x2});
  const int rank1 = x1.shape().rank(), rank2 = x2.shape().rank();
  if (rank1 == 0 || rank2 == 0) return multiply(x1, x2);
  return contract(x1, x2, {rank1 - 1}, {std::max(0, rank2 - 2)});
}

Tensor tensordot(const Operand& x1, const Operand& x2, int64_t axes) {
  if (makes_node(rows::Tensordot, {&x1, &x2})) return make_node(rows::Tensordot, {x1, x2, axes});
  const int rank1 = x1.shape().rank(), rank2 = x2.shape().rank();
  if (axes > std::min(rank1, rank2)) {
    raise_type_error({"Number of tensordot axes (axes ", std::to_string(axes),
                      ") exceeds input ranks (", std::to_string(rank1), " and ",
                      std::to_string(rank2), ")"});
  }
  const int64_t inner = std::max<int64_t>(axes, 0);
  return contract(x1, x2, last_axes(rank1, inner), first_axes(inner));
}

Tensor tensordot(const Operand& x1, const Operand& x2, const std::vector<int64_t>& axes1,
                 const std::vector<int64_t>& axes2) {
  if (makes_node(rows::Tensordot, {&x1, &x2}))
    return make_node(rows::Tensordot, {x1, x2, pair(axes1, axes2)});
  return contract(x1, x2, axes1, axes2);
}

}  // namespace keras::ops
