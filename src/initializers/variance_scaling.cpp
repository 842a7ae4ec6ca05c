#include "initializers/variance_scaling.h"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "base/error.h"
#include "json/repr.h"

namespace keras::initializers {
namespace {

// Standard deviation of a unit normal distribution truncated at two standard deviations.
constexpr double kTruncatedStddev = 0.87962566103423978;

int64_t product(const Shape& shape, const Ints& axes) {
  int64_t out = 1;
  for (int64_t axis : axes) {
    if (axis < -shape.rank() || axis >= shape.rank()) throw index_error("tuple index out of range");
    out *= shape[normalize_axis(axis, shape.rank())];
  }
  return out;
}

}  // namespace

Fans compute_fans(const Shape& shape, const std::optional<Ints>& input_axes,
                  const std::optional<Ints>& output_axes) {
  if (input_axes && output_axes) return {product(shape, *input_axes), product(shape, *output_axes)};
  const int rank = shape.rank();
  if (rank == 0) return {1, 1};
  if (rank == 1) return {shape[0], shape[0]};
  const int64_t window = shape.slice(0, rank - 2).size();
  return {shape[rank - 2] * window, shape[rank - 1] * window};
}

void VarianceScaling::fields(FieldVisitor& f) {
  RandomInitializer::fields(f);
  f("scale", scale_, "Factor of the variance.");
  f("mode", mode_, "Divisor of the variance: `fan_in`, `fan_out` or `fan_avg`.");
  f("distribution", distribution_, "`truncated_normal`, `untruncated_normal` or `uniform`.");
  f("input_axes", input_axes_, "Axes of the inputs; requires `output_axes`.");
  f("output_axes", output_axes_, "Axes of the outputs; requires `input_axes`.");
}

void VarianceScaling::validate() {
  if (!(scale_ > 0.0)) {
    throw value_error("Argument `scale` must be positive float. Received: scale=" +
                      repr(scale_.json()));
  }
  if (mode_ != "fan_in" && mode_ != "fan_out" && mode_ != "fan_avg") {
    throw value_error("Invalid `mode` argument: " + mode_ +
                      ". Please use one of {'fan_in', 'fan_out', 'fan_avg'}");
  }
  std::transform(distribution_.begin(), distribution_.end(), distribution_.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (distribution_ == "normal") distribution_ = "truncated_normal";
  if (distribution_ != "uniform" && distribution_ != "truncated_normal" &&
      distribution_ != "untruncated_normal") {
    throw value_error("Invalid `distribution` argument: " + distribution_ +
                      ".Please use one of {'uniform', 'truncated_normal', 'untruncated_normal'}");
  }
  RandomInitializer::validate();
}

Tensor VarianceScaling::operator()(const Shape& shape, DType dtype) {
  const Fans fans = compute_fans(shape, input_axes_, output_axes_);
  const auto in = static_cast<double>(fans.in);
  const auto out = static_cast<double>(fans.out);
  const double fan = mode_ == "fan_in" ? in : mode_ == "fan_out" ? out : (in + out) / 2;
  const double variance = scale_ / std::max(1.0, fan);
  if (distribution_ == "uniform") {
    const double limit = std::sqrt(3.0 * variance);
    return uniform(shape, dtype, -limit, limit);
  }
  const double stddev = std::sqrt(variance);
  if (distribution_ == "untruncated_normal") return normal(shape, dtype, 0, stddev);
  return truncated_normal(shape, dtype, 0, stddev / kTruncatedStddev);
}

void FixedVarianceScaling::fields(FieldVisitor& f) {
  RandomInitializer::fields(f);
  f("input_axes", input_axes_, "Axes of the inputs; requires `output_axes`.");
  f("output_axes", output_axes_, "Axes of the outputs; requires `input_axes`.");
}

KERAS_CLASS("keras.initializers", VarianceScaling, Family::kInitializer, "variance_scaling")

}  // namespace keras::initializers
