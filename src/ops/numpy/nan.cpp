// Reductions and running sums that pass over NaN, and averages.
#include <limits>

#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras::ops {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// x with NaN replaced; integers have none.
Tensor without_nan(const Tensor& x, double value) {
  return is_float(x.dtype()) ? where(isnan(x), value, x) : x;
}

struct Arguments {
  Tensor x;
  Axes axis;
  bool keepdims;
  explicit Arguments(const OpCall& c)
      : x(c.tensor("x")), axis(c.axes()), keepdims(c.flag("keepdims")) {}
};

// The result where at least one element counts, else NaN.
Tensor or_nan(const Arguments& a, const Tensor& y) {
  if (!is_float(a.x.dtype())) return y;
  return where(all(isnan(a.x), a.axis, a.keepdims), kNaN, y);
}

Tensor number_of_values(const Arguments& a, bool keepdims) {
  return sum(cast(logical_not(isnan(a.x)), DType::kFloat32), a.axis, keepdims);
}

Tensor nan_mean(const Arguments& a, bool keepdims) {
  const Tensor values = cast(a.x, DType::kFloat32);
  return divide(sum(without_nan(values, 0), a.axis, keepdims), number_of_values(a, keepdims));
}

Tensor nan_variance(const Arguments& a) {
  const Tensor values = cast(a.x, DType::kFloat32);
  const Tensor centered = subtract(values, nan_mean(a, true));
  return divide(sum(square(without_nan(centered, 0)), a.axis, a.keepdims),
                number_of_values(a, a.keepdims));
}

// JAX gives -1 where all elements are NaN.
Tensor nan_argument(const OpCall& c, double replacement,
                    Tensor (*find)(const Operand&, const Axes&, bool)) {
  const Arguments a(c);
  const Tensor places = find(without_nan(a.x, replacement), a.axis, a.keepdims);
  if (!is_float(a.x.dtype())) return places;
  return where(all(isnan(a.x), a.axis, a.keepdims), -1, places);
}

}  // namespace

namespace calls {

Tree Nansum(const OpCall& c) {
  const Arguments a(c);
  return sum(without_nan(a.x, 0), a.axis, a.keepdims);
}
Tree Nanprod(const OpCall& c) {
  const Arguments a(c);
  return prod(without_nan(a.x, 1), a.axis, a.keepdims);
}
Tree Nanmax(const OpCall& c) {
  const Arguments a(c);
  return or_nan(a, max(without_nan(a.x, -kInfinity), a.axis, a.keepdims));
}
Tree Nanmin(const OpCall& c) {
  const Arguments a(c);
  return or_nan(a, min(without_nan(a.x, kInfinity), a.axis, a.keepdims));
}
Tree Nanmean(const OpCall& c) {
  const Arguments a(c);
  return cast(nan_mean(a, a.keepdims), float_of(a.x.dtype()));
}
Tree Nanvar(const OpCall& c) {
  const Arguments a(c);
  return cast(nan_variance(a), float_of(a.x.dtype()));
}
Tree Nanstd(const OpCall& c) {
  const Arguments a(c);
  return cast(sqrt(nan_variance(a)), float_of(a.x.dtype()));
}
Tree Nanargmax(const OpCall& c) { return nan_argument(c, -kInfinity, argmax); }
Tree Nanargmin(const OpCall& c) { return nan_argument(c, kInfinity, argmin); }
Tree Nancumsum(const OpCall& c) {
  return cumsum(without_nan(c.tensor("x"), 0), c.optional_integer("axis"), c.dtype());
}
Tree Nancumprod(const OpCall& c) {
  return cumprod(without_nan(c.tensor("x"), 1), c.optional_integer("axis"), c.dtype());
}

Tree CountNonzero(const OpCall& c) {
  return sum(cast(not_equal(c.operand("x"), 0), DType::kInt32), c.axes());
}
Tree Ptp(const OpCall& c) {
  const Arguments a(c);
  return subtract(max(a.x, a.axis, a.keepdims), min(a.x, a.axis, a.keepdims));
}
Tree Average(const OpCall& c) {
  const Operand x = c.operand("x");
  if (!c.has("weights")) return mean(x, c.axes());
  const Operand given = c.operand("weights");
  const DType dtype = float_of(promote(x, given));
  const Tensor values = cast(x.tensor(), dtype);
  Tensor weights = cast(given.tensor(), dtype);
  if (weights.rank() != values.rank()) {
    if (c.axes().is_none() || weights.rank() != 1) {
      raise_type_error({"Axis must be specified when shapes of a and weights differ."});
    }
    // One weight per place along the axis.
    std::vector<int64_t> shape(static_cast<size_t>(values.rank()), 1);
    shape[static_cast<size_t>(normalize_axis(c.axes().values().front(), values.rank()))] = kNone;
    weights = reshape(weights, shape);
  }
  weights = broadcast_to(weights, values.shape());
  return divide(sum(multiply(values, weights), c.axes()), sum(weights, c.axes()));
}

}  // namespace calls
}  // namespace keras::ops
