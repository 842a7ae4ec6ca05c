// Quantiles, percentiles and medians.
#include <algorithm>
#include <cmath>
#include <limits>

#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/numpy.h"
#include "ops/numpy/reduce.h"

namespace keras::ops {
namespace {

enum class Method { kLinear, kLower, kHigher, kMidpoint, kNearest, kInvertedCdf };

Method method_of(std::string_view name) {
  if (name == "linear") return Method::kLinear;
  if (name == "lower") return Method::kLower;
  if (name == "higher") return Method::kHigher;
  if (name == "midpoint") return Method::kMidpoint;
  if (name == "nearest") return Method::kNearest;
  if (name == "inverted_cdf") return Method::kInvertedCdf;
  raise_value_error(
      {"method can only be 'linear', 'lower', 'higher', 'midpoint', 'nearest' or 'inverted_cdf'"});
}

// The quantile of n sorted values.
float quantile_of(const float* sorted, int64_t n, float q, Method method) {
  if (n == 0) return std::numeric_limits<float>::quiet_NaN();
  const float last = static_cast<float>(n - 1);
  const float place = q * last;
  // NaN selects the first; rounding may exceed the last.
  const auto at = [&](float position) {
    return std::min(static_cast<int64_t>(position > 0 ? std::min(position, last) : 0), n - 1);
  };
  const float weight = place - std::floor(place);
  const float low = sorted[at(std::floor(place))];
  const float high = sorted[at(std::ceil(place))];
  switch (method) {
    case Method::kLower:
      return low;
    case Method::kHigher:
      return high;
    case Method::kMidpoint:
      return (low + high) / 2;
    case Method::kNearest:
      return weight <= 0.5f ? low : high;
    case Method::kInvertedCdf:
      // The first value whose share of the values is at least q.
      return sorted[at(std::ceil(q * static_cast<float>(n)) - 1)];
    case Method::kLinear:
      break;
  }
  return low * (1 - weight) + high * weight;
}

struct Request {
  Axes axis;
  Method method = Method::kLinear;
  bool keepdims = false;
  bool skip_nan = false;
};

// x reduced over its axes, once for each element of q; q's axes come first.
Tensor quantiles(const Operand& x, const Tensor& q, const Request& request) {
  const DType dtype = float_of(x);
  const Tensor values = cast(x.tensor(), DType::kFloat32);
  const std::vector<int> axes = request.axis.resolve(values.rank());
  std::vector<int64_t> order;
  int64_t n = 1;
  for (int axis = 0; axis < values.rank(); ++axis) {
    if (!std::binary_search(axes.begin(), axes.end(), axis)) order.push_back(axis);
  }
  for (const int axis : axes) {
    order.push_back(axis);
    n = times(n, values.shape()[axis]);
  }
  const Tensor rows = transpose(values, order);
  const Tensor places = cast(q, DType::kFloat32);
  const Shape shape = places.shape().concat(reduced_shape(values.shape(), axes, request.keepdims));
  const Tensor y = emit({rows, places}, Spec{shape, DType::kFloat32}, [&] {
    return function_step(
        "quantile",
        [n, count = n == 0 ? 0 : values.size() / n, wanted = places.size(), method = request.method,
         skip_nan = request.skip_nan](auto in, auto out, auto* scratch) {
          auto* sorted = reinterpret_cast<float*>(scratch);
          for (int64_t row = 0; row < count; ++row) {
            const float* from = in[0].template as<float>() + row * n;
            float* end =
                std::copy_if(from, from + n, sorted, [](float v) { return !std::isnan(v); });
            std::sort(sorted, end);
            const bool spoiled = end != sorted + n && !skip_nan;
            for (int64_t i = 0; i < wanted; ++i) {
              out[0].template as<float>()[i * count + row] =
                  spoiled
                      ? std::numeric_limits<float>::quiet_NaN()
                      : quantile_of(sorted, end - sorted, in[1].template as<float>()[i], method);
            }
          }
        },
        {.scratch = scratch_floats(n)});
  });
  return cast(y, dtype);
}

Tensor quantile(const Operand& x, const Tensor& q, const Axes& axis, const std::string& method,
                bool keepdims) {
  return quantiles(x, q, {axis, method_of(method), keepdims, /*skip_nan=*/false});
}
Tensor percentile(const Operand& x, const Tensor& q, const Axes& axis, const std::string& method,
                  bool keepdims) {
  return quantile(x, divide(q, 100.), axis, method, keepdims);
}
Tensor nanquantile(const Operand& x, const Tensor& q, const Axes& axis, const std::string& method,
                   bool keepdims) {
  return quantiles(x, q, {axis, method_of(method), keepdims, /*skip_nan=*/true});
}
Tensor nanpercentile(const Operand& x, const Tensor& q, const Axes& axis, const std::string& method,
                     bool keepdims) {
  return nanquantile(x, divide(q, 100.), axis, method, keepdims);
}

Tensor median(const Operand& x, const Axes& axis, bool keepdims) {
  return quantile(x, Tensor::scalar(0.5), axis, "linear", keepdims);
}
Tensor nanmedian(const Operand& x, const Axes& axis, bool keepdims) {
  return nanquantile(x, Tensor::scalar(0.5), axis, "linear", keepdims);
}

}  // namespace

KERAS_OP("ops.numpy", Quantile, quantile, "x, q, .axis=None, .method='linear', .keepdims=False")
KERAS_OP("ops.numpy", Percentile, percentile, "x, q, .axis=None, .method='linear', .keepdims=False")
KERAS_OP("ops.numpy", Nanquantile, nanquantile,
         "x, q, .axis=None, .method='linear', .keepdims=False")
KERAS_OP("ops.numpy", Nanpercentile, nanpercentile,
         "x, q, .axis=None, .method='linear', .keepdims=False")
KERAS_OP("ops.numpy", Median, median, "x, .axis=None, .keepdims=False")
KERAS_OP("ops.numpy", Nanmedian, nanmedian, "x, .axis=None, .keepdims=False")

}  // namespace keras::ops
