// Activations with parameters (keras/src/ops/nn.py, keras/src/activations/activations.py); those
// without stand in unary.inc.
#include <limits>

#include "ops/core.h"
#include "ops/elementwise/unary.h"
#include "ops/nn.h"
#include "ops/numpy.h"

namespace keras::ops {
namespace {

using kernels::Unary;

kernels::UnaryParams params(double a, double b = 0, double c = 0) {
  return {static_cast<float>(a), static_cast<float>(b), static_cast<float>(c)};
}

json::Value or_null(const std::optional<double>& value) {
  return value ? json::Value(*value) : json::Value();
}

}  // namespace

Tensor activation(const Operand& x, Unary function, kernels::UnaryParams parameters) {
  return emit_unary(x, function, parameters, float_of(x));
}

Tensor relu_general(const Operand& x, double negative_slope, std::optional<double> max_value,
                    double threshold) {
  if (makes_node(x)) {
    return make_node("ReLU", {x.tree()},
                     {{"negative_slope", negative_slope},
                      {"max_value", or_null(max_value)},
                      {"threshold", threshold}})
        .as_tensor();
  }
  // These two are done as products and convolutions store their results.
  const bool plain = negative_slope == 0 && threshold == 0;
  if (plain && !max_value) return relu(x);
  if (plain && max_value == 6) return activation(x, Unary::kRelu6, {});
  return activation(x, Unary::kReluGeneral,
                    params(negative_slope,
                           max_value.value_or(std::numeric_limits<double>::infinity()), threshold));
}

Tensor leaky_relu(const Operand& x, double negative_slope) {
  if (makes_node(x)) {
    return make_node("LeakyRelu", {x.tree()}, {{"negative_slope", negative_slope}}).as_tensor();
  }
  return activation(x, Unary::kLeakyRelu, params(negative_slope));
}

Tensor elu(const Operand& x, double alpha) {
  if (makes_node(x)) return make_node("Elu", {x.tree()}, {{"alpha", alpha}}).as_tensor();
  return activation(x, Unary::kElu, params(alpha));
}

Tensor celu(const Operand& x, double alpha) {
  if (makes_node(x)) return make_node("Celu", {x.tree()}, {{"alpha", alpha}}).as_tensor();
  return activation(x, Unary::kCelu, params(alpha));
}

Tensor gelu(const Operand& x, bool approximate) {
  if (makes_node(x)) {
    return make_node("Gelu", {x.tree()}, {{"approximate", approximate}}).as_tensor();
  }
  return activation(x, approximate ? Unary::kGeluTanh : Unary::kGelu);
}

Tensor glu(const Operand& x, int64_t axis) {
  if (makes_node(x)) return make_node("Glu", {x.tree()}, {{"axis", axis}}).as_tensor();
  const auto halves = split(x, 2, axis);
  return multiply(halves[0], sigmoid(halves[1]));
}

Tensor hard_shrink(const Operand& x, double threshold) {
  if (makes_node(x)) {
    return make_node("HardShrink", {x.tree()}, {{"threshold", threshold}}).as_tensor();
  }
  return activation(x, Unary::kHardShrink, params(threshold));
}

Tensor soft_shrink(const Operand& x, double threshold) {
  if (makes_node(x)) {
    return make_node("SoftShrink", {x.tree()}, {{"threshold", threshold}}).as_tensor();
  }
  return activation(x, Unary::kSoftShrink, params(threshold));
}

Tensor threshold(const Operand& x, double threshold, double default_value) {
  if (makes_node(x)) {
    return make_node("Threshold", {x.tree()},
                     {{"threshold", threshold}, {"default_value", default_value}})
        .as_tensor();
  }
  return activation(x, Unary::kThreshold, params(threshold, default_value));
}

Tensor squareplus(const Operand& x, double b) {
  if (makes_node(x)) return make_node("Squareplus", {x.tree()}, {{"b", b}}).as_tensor();
  return activation(x, Unary::kSquareplus, params(b));
}

namespace calls {

Tree ReLU(const OpCall& c) {
  return relu_general(c.operand("x"), c.number("negative_slope"), c.optional_number("max_value"),
                      c.number("threshold"));
}
Tree Mish(const OpCall& c) { return activation(c.operand("x"), Unary::kMish); }
Tree LeakyRelu(const OpCall& c) { return leaky_relu(c.operand("x"), c.number("negative_slope")); }
Tree Elu(const OpCall& c) { return elu(c.operand("x"), c.number("alpha")); }
Tree Celu(const OpCall& c) { return celu(c.operand("x"), c.number("alpha")); }
Tree Gelu(const OpCall& c) { return gelu(c.operand("x"), c.flag("approximate")); }
Tree Glu(const OpCall& c) { return glu(c.operand("x"), c.integer("axis")); }
Tree HardShrink(const OpCall& c) { return hard_shrink(c.operand("x"), c.number("threshold")); }
Tree SoftShrink(const OpCall& c) { return soft_shrink(c.operand("x"), c.number("threshold")); }
Tree Threshold(const OpCall& c) {
  return threshold(c.operand("x"), c.number("threshold"), c.number("default_value"));
}
Tree Squareplus(const OpCall& c) { return squareplus(c.operand("x"), c.number("b")); }
Tree activations_gelu(const OpCall& c) { return gelu(c.operand("x"), c.flag("approximate")); }
Tree activations_linear(const OpCall& c) { return c.arg("x"); }

}  // namespace calls
}  // namespace keras::ops
