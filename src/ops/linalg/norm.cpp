// Norms of vectors and matrices, and QR.
#include <cmath>

#include "json/repr.h"
#include "kernels/qr.h"
#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/math.h"
#include "ops/numpy.h"
#include "ops/numpy/reduce.h"
#include "ops/table/tangent_rules.h"

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

// A function of the singular values of the matrices along two axes.
template <class F>
Tensor of_singular_values(const Tensor& x, int rows, int columns, bool keepdims, const F& f) {
  const Tensor y = f(singular_values(moveaxis(x, {rows, columns}, {-2, -1})));
  return keepdims ? expand_dims(y, {rows, columns}) : y;
}

Tensor matrix_norm(const Tensor& x, const json::Value& ord, const Axes& axis, bool keepdims) {
  const int rows = normalize_axis(axis.values()[0], x.rank());
  const int columns = normalize_axis(axis.values()[1], x.rank());
  if (ord.is_null() || (ord.is_string() && ord.as_string() == "fro")) {
    return emit_reduce(x, kernels::Reduce::kL2Norm, axis, keepdims, DType::kFloat32);
  }
  if (ord.is_string() && ord.as_string() == "nuc") {
    return of_singular_values(x, rows, columns, keepdims,
                              [](const Tensor& s) { return sum(s, -1); });
  }
  if (ord.is_number()) {
    const double p = ord.as_double();
    if (std::abs(p) == 1) return sum_norm(x, rows, columns, p > 0, keepdims);
    if (is_infinite(ord)) return sum_norm(x, columns, rows, p > 0, keepdims);
    if (std::abs(p) == 2) {
      return of_singular_values(x, rows, columns, keepdims,
                                [p](const Tensor& s) { return p > 0 ? max(s, -1) : min(s, -1); });
    }
  }
  raise_value_error(
      {"Invalid order '", ord.is_string() ? ord.as_string() : repr(ord), "' for matrix norm."});
}

TensorTuple qr_op(const Tensor& x, const std::string& mode) {
  if (mode != "reduced" && mode != "complete") {
    raise_value_error(
        {"`mode` argument value not supported. Expected one of {'reduced', "
         "'complete'}. Received: mode=",
         mode});
  }
  const Qr result = qr(x, mode == "complete");
  return {{result.q, result.r}};
}

}  // namespace

KERAS_OP("ops.linalg", Qr, qr_op, "x, .mode='reduced'")

KERAS_OP("ops.linalg", Norm, norm, "x, .ord=None, .axis=None, .keepdims=False")
Tensor norm(const Operand& x, const json::Value& ord, const Axes& axis, bool keepdims) {
  if (makes_node(rows::Norm, x)) return make_node(rows::Norm, {x, ord, axis, keepdims});
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
  const size_t axes = axis.values().size();
  if (axes != 1 && axes != 2) {
    raise_value_error({"Improper number of axes for norm: axis=", repr(axis.json()),
                       ". Pass one axis to compute a vector-norm, or two axes to compute a "
                       "matrix-norm."});
  }
  return cast(axes == 2 ? matrix_norm(values, ord, axis, keepdims)
                        : vector_norm(values, ord, axis, keepdims),
              dtype);
}

Qr qr(const Tensor& x, bool complete) {
  const Shape& shape = x.shape();
  if (x.rank() < 2) {
    raise_value_error({"Input should have rank >= 2. Received: input.shape = ", repr(shape)});
  }
  const int64_t rows = shape[x.rank() - 2], columns = shape.back();
  if (rows == kNone || columns == kNone) {
    raise_value_error(
        {"Input should have its last 2 dimensions fully-defined. Received: input.shape = ",
         repr(shape)});
  }
  const Shape batch = shape.slice(0, x.rank() - 2);
  const int64_t width = kernels::qr_width(rows, columns, complete);
  const Tensor values = cast(x, DType::kFloat32);
  const std::vector<Spec> specs{{batch.concat({rows, width}), DType::kFloat32},
                                {batch.concat({width, columns}), DType::kFloat32}};
  const auto results = emit(std::span(&values, 1), specs, [&] {
    return function_step(
        "qr",
        [rows, columns, width, complete, n = batch.size()](auto in, auto out, auto* scratch) {
          for (int64_t i = 0; i < n; ++i) {
            kernels::qr(in[0].template as<float>() + i * rows * columns, rows, columns,
                        out[0].template as<float>() + i * rows * width,
                        out[1].template as<float>() + i * width * columns,
                        reinterpret_cast<double*>(scratch), complete);
          }
        },
        {.scratch = scratch_of<double>(kernels::qr_scratch_doubles(rows, columns, complete))});
  });
  return {results[0], results[1]};
}

}  // namespace keras::ops
