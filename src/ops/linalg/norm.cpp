// Norms of vectors and matrices, and QR.
#include <cmath>

#include "json/repr.h"
#include "kernels/qr.h"
#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/math.h"
#include "ops/numpy.h"
#include "ops/numpy/reduce.h"

namespace keras::ops {
namespace {

// Python's float('inf') is a number in JSON.
bool is_infinite(const json::Value& ord) { return ord.is_number() && std::isinf(ord.as_double()); }

Tensor vector_norm(const Tensor& x, const json::Value& ord, const Axes& axis, bool keepdims) {
  if (ord.is_null() || (ord.is_number() && ord.as_double() == 2)) {
    return emit_reduce(x, kernels::Reduce::kL2Norm, axis, keepdims, DType::kFloat32);
  }
  if (ord.is_string()) {
    raise_value_error({"Invalid order '", ord.as_string(), "' for vector norm."});
  }
  const double p = ord.as_double();
  if (is_infinite(ord)) {
    return p > 0 ? max(absolute(x), axis, keepdims) : min(absolute(x), axis, keepdims);
  }
  if (p == 0) return sum(cast(not_equal(x, 0), DType::kFloat32), axis, keepdims);
  if (p == 1) return emit_reduce(x, kernels::Reduce::kSumAbs, axis, keepdims, DType::kFloat32);
  return power(sum(power(absolute(x), p), axis, keepdims), 1 / p);
}

// Sums absolute values along one axis and takes the largest or smallest along the other.
Tensor sum_norm(const Tensor& x, int sums, int chosen, bool largest, bool keepdims) {
  const Tensor totals = sum(absolute(x), sums, true);
  const Tensor y = largest ? max(totals, chosen, true) : min(totals, chosen, true);
  return keepdims ? y : squeeze(y, {sums, chosen});
}

Tensor matrix_norm(const Tensor& x, const json::Value& ord, const Axes& axis, bool keepdims) {
  const int rows = normalize_axis(axis.values()[0], x.rank());
  const int columns = normalize_axis(axis.values()[1], x.rank());
  if (ord.is_null() || (ord.is_string() && ord.as_string() == "fro")) {
    return emit_reduce(x, kernels::Reduce::kL2Norm, axis, keepdims, DType::kFloat32);
  }
  if (ord.is_number()) {
    const double p = ord.as_double();
    if (std::abs(p) == 1) return sum_norm(x, rows, columns, p > 0, keepdims);
    if (is_infinite(ord)) return sum_norm(x, columns, rows, p > 0, keepdims);
  }
  raise_not_implemented_error({"Matrix norms of order ", repr(ord), " are not supported."});
}

TensorTuple qr_op(const Tensor& x, const std::string& mode) {
  if (mode != "reduced" && mode != "complete") {
    raise_value_error(
        {"`mode` argument value not supported. Expected one of {'reduced', "
         "'complete'}. Received: mode=",
         mode});
  }
  if (mode == "complete" || x.rank() != 2) {
    raise_not_implemented_error({"qr is supported for one matrix in mode 'reduced' only."});
  }
  const Qr result = qr(x);
  return {{result.q, result.r}};
}

}  // namespace

KERAS_OP("ops.linalg", Qr, qr_op, "x, .mode='reduced'")

KERAS_OP("ops.linalg", Norm, norm, "x, .ord=None, .axis=None, .keepdims=False")
Tensor norm(const Operand& x, const json::Value& ord, const Axes& axis, bool keepdims) {
  if (makes_node(x)) return make_node(rows::Norm, {x, ord, axis, keepdims});
  const DType dtype = float_of(x);
  const Tensor values = x.as(DType::kFloat32);
  const int rank = values.rank();
  if (axis.is_none()) {
    if (ord.is_null()) {
      return cast(emit_reduce(values, kernels::Reduce::kL2Norm, axis, keepdims, DType::kFloat32),
                  dtype);
    }
    if (rank > 2) {
      raise_value_error(
          {"Improper number of axes for norm: axis=None, ndim=", std::to_string(rank)});
    }
    return cast(rank == 2 ? matrix_norm(values, ord, {0, 1}, keepdims)
                          : vector_norm(values, ord, axis, keepdims),
                dtype);
  }
  return cast(axis.values().size() == 2 ? matrix_norm(values, ord, axis, keepdims)
                                        : vector_norm(values, ord, axis, keepdims),
              dtype);
}

Qr qr(const Tensor& x) {
  const Shape& shape = x.shape();
  const int64_t rows = shape[0], columns = shape[1];
  if (rows < columns) {
    raise_not_implemented_error({"qr of a matrix with more columns than rows is not supported."});
  }
  const Tensor values = cast(x, DType::kFloat32);
  const std::vector<Spec> specs{{shape, DType::kFloat32},
                                {Shape{columns, columns}, DType::kFloat32}};
  const auto results = emit(std::span(&values, 1), specs, [&] {
    return function_step(
        "qr",
        [rows, columns](auto in, auto out, auto* scratch) {
          kernels::qr(in[0].template as<float>(), rows, columns, out[0].template as<float>(),
                      out[1].template as<float>(), reinterpret_cast<double*>(scratch));
        },
        {.scratch = scratch_of<double>(kernels::qr_scratch_doubles(rows, columns))});
  });
  return {results[0], results[1]};
}

}  // namespace keras::ops
