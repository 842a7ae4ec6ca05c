// Reductions and cumulative sums that ignore NaN, and averages.
#include <limits>

#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras::ops {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Replaces NaN; integers are unchanged.
Tensor without_nan(const Tensor& x, double value) {
  return is_float(x.dtype()) ? where(isnan(x), value, x) : x;
}

// NaN where all elements are NaN, else the result.
Tensor or_nan(const Tensor& x, const Axes& axis, bool keepdims, const Tensor& y) {
  if (!is_float(x.dtype())) return y;
  return where(all(isnan(x), axis, keepdims), kNaN, y);
}

Tensor number_of_values(const Tensor& x, const Axes& axis, bool keepdims) {
  return sum(cast(logical_not(isnan(x)), DType::kFloat32), axis, keepdims);
}

Tensor mean_in_float(const Tensor& x, const Axes& axis, bool keepdims) {
  const Tensor values = cast(x, DType::kFloat32);
  return divide(sum(without_nan(values, 0), axis, keepdims), number_of_values(x, axis, keepdims));
}

Tensor variance_in_float(const Tensor& x, const Axes& axis, bool keepdims) {
  const Tensor centered = subtract(cast(x, DType::kFloat32), mean_in_float(x, axis, true));
  return divide(sum(square(without_nan(centered, 0)), axis, keepdims),
                number_of_values(x, axis, keepdims));
}

Tensor nansum(const Tensor& x, const Axes& axis, bool keepdims) {
  return sum(without_nan(x, 0), axis, keepdims);
}
Tensor nanprod(const Tensor& x, const Axes& axis, bool keepdims) {
  return prod(without_nan(x, 1), axis, keepdims);
}
Tensor nanmax(const Tensor& x, const Axes& axis, bool keepdims) {
  return or_nan(x, axis, keepdims, max(without_nan(x, -kInfinity), axis, keepdims));
}
Tensor nanmin(const Tensor& x, const Axes& axis, bool keepdims) {
  return or_nan(x, axis, keepdims, min(without_nan(x, kInfinity), axis, keepdims));
}
Tensor nanmean(const Tensor& x, const Axes& axis, bool keepdims) {
  return cast(mean_in_float(x, axis, keepdims), float_of(x.dtype()));
}
Tensor nanvar(const Tensor& x, const Axes& axis, bool keepdims) {
  return cast(variance_in_float(x, axis, keepdims), float_of(x.dtype()));
}
Tensor nanstd(const Tensor& x, const Axes& axis, bool keepdims) {
  return cast(sqrt(variance_in_float(x, axis, keepdims)), float_of(x.dtype()));
}

// JAX returns -1 where all elements are NaN.
Tensor or_minus_one(const Tensor& x, const Axes& axis, bool keepdims, const Tensor& indices) {
  if (!is_float(x.dtype())) return indices;
  return where(all(isnan(x), axis, keepdims), -1, indices);
}
Tensor nanargmax(const Tensor& x, const Axes& axis, bool keepdims) {
  return or_minus_one(x, axis, keepdims, argmax(without_nan(x, -kInfinity), axis, keepdims));
}
Tensor nanargmin(const Tensor& x, const Axes& axis, bool keepdims) {
  return or_minus_one(x, axis, keepdims, argmin(without_nan(x, kInfinity), axis, keepdims));
}

Tensor nancumsum(const Tensor& x, std::optional<int64_t> axis, std::optional<DType> dtype) {
  return cumsum(without_nan(x, 0), axis, dtype);
}
Tensor nancumprod(const Tensor& x, std::optional<int64_t> axis, std::optional<DType> dtype) {
  return cumprod(without_nan(x, 1), axis, dtype);
}

Tensor count_nonzero(const Operand& x, const Axes& axis) {
  return sum(cast(not_equal(x, 0), DType::kInt32), axis);
}

Tensor ptp(const Tensor& x, const Axes& axis, bool keepdims) {
  return subtract(max(x, axis, keepdims), min(x, axis, keepdims));
}

Tensor average(const Operand& x, const Axes& axis, const std::optional<Operand>& given) {
  if (!given) return mean(x, axis);
  const DType dtype = float_of(promote(x, *given));
  const Tensor values = cast(x.tensor(), dtype);
  Tensor weights = cast(given->tensor(), dtype);
  if (weights.rank() != values.rank()) {
    if (axis.is_none() || weights.rank() != 1) {
      raise_type_error({"Axis must be specified when shapes of a and weights differ."});
    }
    // One weight per index along the axis.
    std::vector<int64_t> shape(static_cast<size_t>(values.rank()), 1);
    shape[static_cast<size_t>(normalize_axis(axis.values().front(), values.rank()))] = kNone;
    weights = reshape(weights, shape);
  }
  weights = broadcast_to(weights, values.shape());
  return divide(sum(multiply(values, weights), axis), sum(weights, axis));
}

}  // namespace

KERAS_OP("ops.numpy", Nansum, nansum, "x, .axis=None, .keepdims=False")
KERAS_OP("ops.numpy", Nanprod, nanprod, "x, .axis=None, .keepdims=False")
KERAS_OP("ops.numpy", Nanmax, nanmax, "x, .axis=None, .keepdims=False")
KERAS_OP("ops.numpy", Nanmin, nanmin, "x, .axis=None, .keepdims=False")
KERAS_OP("ops.numpy", Nanmean, nanmean, "x, .axis=None, .keepdims=False")
KERAS_OP("ops.numpy", Nanvar, nanvar, "x, .axis=None, .keepdims=False")
KERAS_OP("ops.numpy", Nanstd, nanstd, "x, .axis=None, .keepdims=False")
KERAS_OP("ops.numpy", Nanargmax, nanargmax, "x, .axis=None, .keepdims=False")
KERAS_OP("ops.numpy", Nanargmin, nanargmin, "x, .axis=None, .keepdims=False")
KERAS_OP("ops.numpy", Nancumsum, nancumsum, "x, .axis=None, .dtype=None")
KERAS_OP("ops.numpy", Nancumprod, nancumprod, "x, .axis=None, .dtype=None")
KERAS_OP("ops.numpy", CountNonzero, count_nonzero, "x, .axis=None")
KERAS_OP("ops.numpy", Ptp, ptp, "x, .axis=None, .keepdims=False")
KERAS_OP("ops.numpy", Average, average, "x, .axis=None, ~weights=None")

}  // namespace keras::ops
