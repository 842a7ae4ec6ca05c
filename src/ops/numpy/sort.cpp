// sort, top_k and cumulative sums.
#include "kernels/sort.h"

#include "kernels/scan.h"
#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/math.h"
#include "ops/numpy.h"
#include "ops/table/tangent_rules.h"

namespace keras::ops {
namespace {

// Sorted values, or the indices that sort them, along the last axis.
Tensor sorted_rows(const Tensor& x, bool indices) {
  const DType compute = compute_dtype(x.dtype());
  const Tensor values = cast(x, compute);
  const Tensor y = emit({values}, Spec{x.shape(), indices ? DType::kInt32 : compute}, [&] {
    const int64_t size = values.shape().back();
    return function_step("sort",
                         [indices, compute, size, rows = size == 0 ? 0 : values.size() / size](
                             auto in, auto out, auto* scratch) {
                           with_type(compute, [&]<class T>(T*) {
                             kernels::sort_rows<T>(
                                 in[0].template as<T>(),
                                 indices ? nullptr : out[0].template as<T>(),
                                 indices ? out[0].template as<int32_t>() : nullptr, rows, size,
                                 reinterpret_cast<uint64_t*>(scratch));
                           });
                         },
                         {.scratch = scratch_of<uint64_t>(size)});
  });
  return indices ? y : cast(y, x.dtype());
}

Tensor sorted_along(const Tensor& x, std::optional<int64_t> axis, bool indices) {
  if (!axis || x.rank() == 0) return sorted_rows(ravel(x), indices);
  const int at = normalize_axis(*axis, x.rank());
  if (at == x.rank() - 1) return sorted_rows(x, indices);
  return moveaxis(sorted_rows(moveaxis(x, at, -1), indices), -1, at);
}

// `scan` is a kernel of scan.h for float and int32.
template <class Scan>
Tensor scanned(const Operand& x, std::optional<int64_t> axis, DType dtype, const Scan& scan) {
  const bool floats = is_float(dtype);
  const DType compute = floats ? DType::kFloat32 : DType::kInt32;
  Tensor values = cast(x.tensor(), compute);
  if (!axis) values = ravel(values);
  const int at = normalize_axis(axis.value_or(0), values.rank());
  const Tensor y = emit({values}, Spec{values.shape(), compute}, [&] {
    return function_step(
        "scan", [scan, floats, outer = count(values.shape(), 0, at), size = values.shape()[at],
                 inner = count(values.shape(), at + 1, values.rank())](auto in, auto out, auto*) {
          if (floats) {
            scan(in[0].template as<float>(), out[0].template as<float>(), outer, size, inner);
          } else {
            scan(in[0].template as<int32_t>(), out[0].template as<int32_t>(), outer, size, inner);
          }
        });
  });
  return cast(y, dtype);
}

DType scan_dtype(const Operand& x, std::optional<DType> dtype) {
  const DType result = dtype.value_or(x.type().dtype);
  return result == DType::kBool ? DType::kInt32 : result;
}

constexpr auto kSum = []<class T>(const T* x, T* y, int64_t outer, int64_t size, int64_t inner) {
  kernels::cumsum(x, y, outer, size, inner);
};
constexpr auto kProduct = []<class T>(const T* x, T* y, int64_t outer, int64_t size,
                                      int64_t inner) {
  kernels::cumprod(x, y, outer, size, inner);
};

TensorTuple top_k_op(const Operand& x, int64_t k, bool sorted) {
  const TopK result = top_k(x, k, sorted);
  return {{result.values, result.indices}};
}

}  // namespace

KERAS_OP("ops.math", TopK, top_k_op, "x, .k, .sorted=True")

KERAS_OP("ops.numpy", Sort, sort, "x, .axis=-1")
Tensor sort(const Operand& x, std::optional<int64_t> axis) {
  if (makes_node(rows::Sort, x)) return make_node(rows::Sort, {x, axis});
  return sorted_along(x.tensor(), axis, false);
}

KERAS_OP("ops.numpy", Argsort, argsort, "x, .axis=-1")
Tensor argsort(const Operand& x, std::optional<int64_t> axis) {
  if (makes_node(x)) return make_node(rows::Argsort, {x, axis});
  return sorted_along(x.tensor(), axis, true);
}

KERAS_OP("ops.numpy", Cumsum, cumsum, "x, .axis=None, .dtype=None")
Tensor cumsum(const Operand& x, std::optional<int64_t> axis, std::optional<DType> dtype) {
  if (makes_node(rows::Cumsum, x)) return make_node(rows::Cumsum, {x, axis, dtype});
  return scanned(x, axis, scan_dtype(x, dtype), kSum);
}

KERAS_OP("ops.numpy", Cumprod, cumprod, "x, .axis=None, .dtype=None")
Tensor cumprod(const Operand& x, std::optional<int64_t> axis, std::optional<DType> dtype) {
  if (makes_node(rows::Cumprod, x)) return make_node(rows::Cumprod, {x, axis, dtype});
  return scanned(x, axis, scan_dtype(x, dtype), kProduct);
}

TopK top_k(const Operand& x, int64_t k, bool sorted) {
  if (makes_node(rows::TopK, x)) {
    const Tree made = make_nodes(rows::TopK, {x, k, sorted});
    return {made.items()[0].as_tensor(), made.items()[1].as_tensor()};
  }
  const DType dtype = x.type().dtype;
  const DType compute = compute_dtype(dtype);
  const Tensor values = cast(x.tensor(), compute);
  const int64_t size = values.shape().back();
  if (size != kNone && (k < 0 || k > size)) {
    raise_value_error({"k argument to top_k must be no larger than size along axis; got k=",
                       std::to_string(k), " with shape=", repr(values.shape())});
  }
  const Shape shape = values.shape().with_last(k);
  const std::vector<Spec> specs{{shape, compute}, {shape, DType::kInt32}};
  const auto results = emit(std::span(&values, 1), specs, [&] {
    return function_step("top_k",
                         [compute, size, k, rows = size == 0 ? 0 : values.size() / size](
                             auto in, auto out, auto* scratch) {
                           with_type(compute, [&]<class T>(T*) {
                             kernels::top_k<T>(in[0].template as<T>(), out[0].template as<T>(),
                                               out[1].template as<int32_t>(), rows, size, k,
                                               reinterpret_cast<uint64_t*>(scratch));
                           });
                         },
                         {.scratch = scratch_of<uint64_t>(size)});
  });
  return {cast(results[0], dtype), results[1]};
}

KERAS_OP("ops.math", InTopK, in_top_k, "targets, predictions, .k")
Tensor in_top_k(const Operand& targets, const Operand& predictions, int64_t k) {
  if (makes_node({&targets, &predictions}))
    return make_node(rows::InTopK, {targets, predictions, k});
  const Tensor scores = predictions.tensor();
  Tensor at_label = take_along_axis(scores, expand_dims(targets, -1), -1);
  at_label = where(isnan(at_label), -std::numeric_limits<double>::infinity(), at_label);
  const Tensor better = sum(cast(greater(scores, at_label), DType::kInt32), -1);
  return less(better, k);
}

}  // namespace keras::ops
