// Activations with parameters (keras/src/ops/nn.py, keras/src/activations/activations.py). Those
// without parameters are in unary.inc.
#include <limits>

#include "ops/core.h"
#include "ops/elementwise/unary.h"
#include "ops/nn.h"
#include "ops/numpy.h"
#include "ops/table/tangent_rules.h"

namespace keras::ops {
namespace {

using kernels::Unary;

kernels::UnaryParams params(double a, double b = 0, double c = 0) {
  return {static_cast<float>(a), static_cast<float>(b), static_cast<float>(c)};
}

Tensor mish(const Operand& x) { return activation(x, Unary::kMish); }
Result<ValueType::kTensor> linear(const Unread<ValueType::kTensor>& x) { return {x.value}; }

}  // namespace

KERAS_OP("activations.activations", Mish, mish, "x")
KERAS_FUNCTION(activations_gelu, gelu, "x, .approximate=False")
KERAS_FUNCTION(activations_linear, linear, "x")

Tensor activation(const Operand& x, Unary function, kernels::UnaryParams parameters) {
  return emit_unary(x, function, parameters, float_of(x));
}

KERAS_OP("activations.activations", ReLU, relu_general,
         "x, .negative_slope=0.0, .max_value=None, .threshold=0.0")
Tensor relu_general(const Operand& x, double negative_slope, std::optional<double> max_value,
                    double threshold) {
  if (makes_node(rows::ReLU, x))
    return make_node(rows::ReLU, {x, negative_slope, max_value, threshold});
  // Products and convolutions can fuse these two.
  const bool plain = negative_slope == 0 && threshold == 0;
  if (plain && !max_value) return relu(x);
  if (plain && max_value == 6) return activation(x, Unary::kRelu6, {});
  return activation(x, Unary::kReluGeneral,
                    params(negative_slope,
                           max_value.value_or(std::numeric_limits<double>::infinity()), threshold));
}

KERAS_OP("ops.nn", LeakyRelu, leaky_relu, "x, .negative_slope=0.2")
Tensor leaky_relu(const Operand& x, double negative_slope) {
  if (makes_node(rows::LeakyRelu, x)) return make_node(rows::LeakyRelu, {x, negative_slope});
  return activation(x, Unary::kLeakyRelu, params(negative_slope));
}

KERAS_OP("ops.nn", Elu, elu, "x, .alpha=1.0")
Tensor elu(const Operand& x, double alpha) {
  if (makes_node(rows::Elu, x)) return make_node(rows::Elu, {x, alpha});
  return activation(x, Unary::kElu, params(alpha));
}

KERAS_OP("ops.nn", Celu, celu, "x, .alpha=1.0")
Tensor celu(const Operand& x, double alpha) {
  if (makes_node(rows::Celu, x)) return make_node(rows::Celu, {x, alpha});
  return activation(x, Unary::kCelu, params(alpha));
}

KERAS_OP("ops.nn", Gelu, gelu, "x, .approximate=True")
Tensor gelu(const Operand& x, bool approximate) {
  if (makes_node(rows::Gelu, x)) return make_node(rows::Gelu, {x, approximate});
  return activation(x, approximate ? Unary::kGeluTanh : Unary::kGelu);
}

KERAS_OP("ops.nn", Glu, glu, "x, .axis=-1")
Tensor glu(const Operand& x, int64_t axis) {
  if (makes_node(x)) return make_node(rows::Glu, {x, axis});
  const auto halves = split(x, 2, axis);
  return multiply(halves[0], sigmoid(halves[1]));
}

KERAS_OP("ops.nn", HardShrink, hard_shrink, "x, .threshold=0.5")
Tensor hard_shrink(const Operand& x, double threshold) {
  if (makes_node(rows::HardShrink, x)) return make_node(rows::HardShrink, {x, threshold});
  return activation(x, Unary::kHardShrink, params(threshold));
}

KERAS_OP("ops.nn", SoftShrink, soft_shrink, "x, .threshold=0.5")
Tensor soft_shrink(const Operand& x, double threshold) {
  if (makes_node(rows::SoftShrink, x)) return make_node(rows::SoftShrink, {x, threshold});
  return activation(x, Unary::kSoftShrink, params(threshold));
}

KERAS_OP("ops.nn", Threshold, threshold, "x, .threshold, .default_value")
Tensor threshold(const Operand& x, double threshold, double default_value) {
  if (makes_node(rows::Threshold, x))
    return make_node(rows::Threshold, {x, threshold, default_value});
  return activation(x, Unary::kThreshold, params(threshold, default_value));
}

KERAS_OP("ops.nn", Squareplus, squareplus, "x, .b=4")
Tensor squareplus(const Operand& x, double b) {
  if (makes_node(rows::Squareplus, x)) return make_node(rows::Squareplus, {x, b});
  return activation(x, Unary::kSquareplus, params(b));
}

}  // namespace keras::ops
