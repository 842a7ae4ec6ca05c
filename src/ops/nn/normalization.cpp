// Normalizations in inference (keras/src/ops/nn.py, keras/src/backend/jax/nn.py).
#include <algorithm>
#include <array>
#include <cmath>

#include "kernels/norm.h"
#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/math.h"
#include "ops/nn.h"
#include "ops/numpy.h"
#include "ops/table/tangent_rules.h"

namespace keras::ops {
namespace {

// y = activation(x * scale + shift), one pair per channel of the last axis.
class ScaleShiftStep final : public Step {
 public:
  explicit ScaleShiftStep(const Shape& x)
      : x_(x), rows_(count(x, 0, x.rank() - 1)), channels_(x.back()) {}
  std::string_view name() const override { return "scale_shift"; }
  std::vector<runtime::OperandSpec> operands() const override {
    return {{"x", x_}, {"scale", {channels_}}, {"shift", {channels_}}};
  }
  bool runs_in_place(int input) const override { return input == 0; }
  bool fuse_activation(const runtime::Activation& activation) override {
    if (!activation_.is_linear()) return false;
    activation_ = activation;
    return true;
  }
  std::optional<runtime::ChannelAffine> as_affine(
      std::span<const Tensor> constants) const override {
    if (!constants[1] || !constants[2] || constants[0] || !activation_.is_linear()) {
      return std::nullopt;
    }
    const auto values = [](const Tensor& t) {
      return std::vector<float>(t.data<float>(), t.data<float>() + t.size());
    };
    return runtime::ChannelAffine{0, values(constants[1]), values(constants[2])};
  }
  void run(std::span<const View> in, std::span<const View> out, std::byte*) const override {
    // A few rows at a time, so that they are in the cache for the activation.
    const int64_t block = std::max<int64_t>(1, 4096 / std::max<int64_t>(1, channels_));
    for (int64_t row = 0; row < rows_; row += block) {
      const int64_t rows = std::min(block, rows_ - row);
      float* y = out[0].as<float>() + row * channels_;
      kernels::scale_shift(in[0].as<float>() + row * channels_, y, rows, channels_,
                           in[1].as<float>(), in[2].as<float>());
      if (!activation_.is_linear()) {
        kernels::unary(activation_.function, y, y, rows * channels_, activation_.params);
      }
    }
  }

 private:
  Shape x_;
  int64_t rows_, channels_;
  runtime::Activation activation_;
};

// x * scale + shift along an axis.
Tensor scale_shift(const Tensor& x, const Tensor& scale, const Tensor& shift, int axis) {
  const Shape channels{x.shape()[axis]};
  if (axis == x.rank() - 1 && scale.shape() == channels && shift.shape() == channels) {
    return emit({x, scale, shift}, Spec{x.shape(), DType::kFloat32},
                [&] { return std::make_unique<ScaleShiftStep>(x.shape()); });
  }
  std::vector<int64_t> shape(static_cast<size_t>(x.rank()), 1);
  shape[static_cast<size_t>(axis)] = kNone;
  return add(multiply(x, reshape(scale, shape)), reshape(shift, shape));
}

// Normalizes over the last axes; their product is `size`. Weights are flat and optional.
template <class Kernel>
Tensor emit_norm(const Tensor& x, int64_t size, const std::array<Tensor, 2>& weights,
                 const Kernel& kernel) {
  std::vector<Tensor> inputs{x};
  std::array<bool, 2> given{};
  for (size_t i = 0; i < weights.size(); ++i) {
    const Tensor& weight = weights[i];
    given[i] = static_cast<bool>(weight);
    if (weight) inputs.push_back(cast(weight, DType::kFloat32));
    if (weight && !x.is_abstract() && weight.size() != size) {
      raise_value_error({"The weights of a normalization have ", std::to_string(weight.size()),
                         " elements, the normalized axes ", std::to_string(size), "."});
    }
  }
  return emit(inputs, Spec{x.shape(), DType::kFloat32}, [&] {
    const int64_t rows = size == 0 ? 0 : x.size() / size;
    return function_step("normalization", [=](auto in, auto out, auto*) {
      std::array<const float*, 2> pointers{};
      size_t next = 1;
      for (size_t i = 0; i < given.size(); ++i) {
        if (given[i]) pointers[i] = in[next++].template as<float>();
      }
      kernel(in[0].template as<float>(), out[0].template as<float>(), rows, size, pointers.data());
    });
  });
}

// Calls `apply(x, size)` with the axes moved to the end, and moves them back.
template <class Apply>
Tensor over_last_axes(const Tensor& x, const Axes& axis, const Apply& apply) {
  const std::vector<int> axes = axis.resolve(x.rank());
  std::vector<int64_t> order, back(static_cast<size_t>(x.rank()));
  for (int i = 0; i < x.rank(); ++i) {
    if (std::find(axes.begin(), axes.end(), i) == axes.end()) order.push_back(i);
  }
  order.insert(order.end(), axes.begin(), axes.end());
  for (size_t i = 0; i < order.size(); ++i)
    back[static_cast<size_t>(order[i])] = static_cast<int64_t>(i);
  int64_t size = 1;
  for (const int a : axes) size = times(size, x.shape()[a]);
  if (std::is_sorted(order.begin(), order.end())) return apply(x, size);
  return transpose(apply(transpose(x, order), size), back);
}

constexpr double kDefaultEpsilon = 1e-7;

TensorTuple moments_op(const Operand& x, const Axes& axes, bool keepdims, bool synchronized) {
  if (synchronized) {
    raise_not_implemented_error({"Argument synchronized=True is not supported with JAX."});
  }
  const Moments result = moments(x, axes, keepdims);
  return {{result.mean, result.variance}};
}

Tensor layer_normalization_op(const Tensor& x, const Tensor& gamma, const Tensor& beta,
                              const Axes& axis, std::optional<double> epsilon, bool rms_scaling) {
  return layer_normalization(x, gamma, beta, axis, epsilon.value_or(kDefaultEpsilon), rms_scaling);
}

Tensor rms_normalization_op(const Tensor& x, const Tensor& scale, const Axes& axis,
                            std::optional<double> epsilon) {
  return rms_normalization(x, scale, axis, epsilon.value_or(kDefaultEpsilon));
}

}  // namespace

KERAS_OP("ops.nn", Moments, moments_op, "x, .axes, .keepdims=False, .synchronized=False")
KERAS_OP("ops.nn", LayerNorm, layer_normalization_op,
         "x, gamma=None, beta=None, .axis=-1, .epsilon=None, .rms_scaling=False")
KERAS_OP("ops.nn", RMSNorm, rms_normalization_op, "x, ~scale=None, .axis=-1, .epsilon=None")

Moments moments(const Operand& x, const Axes& axes, bool keepdims) {
  if (makes_node(x)) {
    const Tree made = make_nodes(rows::Moments, {x, axes, keepdims});
    return {made.items()[0].as_tensor(), made.items()[1].as_tensor()};
  }
  return {mean(x, axes, keepdims), var(x, axes, keepdims)};
}

KERAS_OP("ops.nn", BatchNorm, batch_normalization,
         "x, mean, variance, .axis, offset=None, scale=None, .epsilon=0.001")
Tensor batch_normalization(const Tensor& x, const Tensor& mean, const Tensor& variance,
                           int64_t axis, const Tensor& offset, const Tensor& scale,
                           double epsilon) {
  if (makes_node(rows::BatchNorm, {x, mean, variance}))
    return make_node(rows::BatchNorm, {x, mean, variance, axis, offset, scale, epsilon});
  DType dtype = x.dtype();
  for (const Tensor& t : {mean, variance, offset, scale}) {
    if (t && (t.rank() != 1 || t.shape() != mean.shape())) {
      raise_value_error(
          {"`mean`, `variance`, `offset` and `scale` must be vectors of one length. Received "
           "shapes ",
           repr(mean.shape()), " and ", repr(t.shape())});
    }
    if (t && t.dtype() != dtype) dtype = promote({dtype}, {t.dtype()});
  }
  // Scale and shift of constant weights are computed while recording.
  Tensor factor = rsqrt(add(cast(variance, DType::kFloat32), epsilon));
  if (scale) factor = multiply(factor, cast(scale, DType::kFloat32));
  Tensor shift = multiply(negative(cast(mean, DType::kFloat32)), factor);
  if (offset) shift = add(shift, cast(offset, DType::kFloat32));
  const Tensor y =
      scale_shift(cast(x, DType::kFloat32), factor, shift, normalize_axis(axis, x.rank()));
  return cast(y, dtype);
}

Tensor layer_normalization(const Tensor& x, const Tensor& gamma, const Tensor& beta,
                           const Axes& axis, double epsilon, bool rms_scaling) {
  if (makes_node(rows::LayerNorm, {x, gamma, beta}))
    return make_node(rows::LayerNorm, {x, gamma, beta, axis, epsilon, rms_scaling});
  const Tensor values = cast(x, DType::kFloat32);
  if (rms_scaling) {
    const Tensor inverse = rsqrt(add(var(values, axis, true), epsilon));
    const Tensor y = multiply(values, inverse);
    return cast(gamma ? multiply(y, cast(gamma, DType::kFloat32)) : y, x.dtype());
  }
  const auto norm = [e = static_cast<float>(epsilon)](const float* in, float* out, int64_t rows,
                                                      int64_t size, const float* const* weights) {
    kernels::layer_norm(in, out, rows, size, e, weights[0], weights[1]);
  };
  const Tensor y = over_last_axes(values, axis, [&](const Tensor& moved, int64_t size) {
    return emit_norm(moved, size, {gamma, beta}, norm);
  });
  return cast(y, x.dtype());
}

Tensor rms_normalization(const Tensor& x, const Tensor& scale, const Axes& axis, double epsilon) {
  if (makes_node(rows::RMSNorm, {x, scale}))
    return make_node(rows::RMSNorm, {x, scale, axis, epsilon});
  const Tensor values = cast(x.rank() == 0 ? expand_dims(x, 0) : x, DType::kFloat32);
  // Keras broadcasts the scale over the last axes.
  const std::vector<int> axes = axis.resolve(values.rank());
  const bool last = axes.size() == 1 && axes.front() == values.rank() - 1;
  const auto norm = [e = static_cast<float>(epsilon)](const float* in, float* out, int64_t rows,
                                                      int64_t size, const float* const* weights) {
    kernels::rms_norm(in, out, rows, size, e, weights[0]);
  };
  const bool in_kernel = last && scale && scale.rank() == 1;
  Tensor y = over_last_axes(values, axis, [&](const Tensor& moved, int64_t size) {
    return emit_norm(moved, size, {in_kernel ? scale : Tensor(), Tensor()}, norm);
  });
  if (scale && !in_kernel) y = multiply(y, cast(scale, DType::kFloat32));
  return cast(y, x.dtype());
}

Tensor group_normalization(const Tensor& x, int64_t groups, const Tensor& gamma, const Tensor& beta,
                           double epsilon) {
  const Tensor values = cast(x, DType::kFloat32);
  std::vector<Tensor> inputs{values};
  for (const Tensor& weight : {gamma, beta}) {
    if (weight) inputs.push_back(cast(weight, DType::kFloat32));
  }
  const int64_t channels = x.shape().back();
  if (groups <= 0 || channels % groups != 0) {
    raise_value_error(
        {"The number of channels must be a multiple of the number of groups. Received: channels=",
         std::to_string(channels), ", groups=", std::to_string(groups)});
  }
  if (runtime::any_tangent(inputs)) {
    const Tensor grouped = reshape(values, {x.shape()[0], -1, groups, channels / groups});
    const Tensor centered = subtract(grouped, mean(grouped, {1, 3}, true));
    const Tensor inverse = rsqrt(add(var(grouped, {1, 3}, true), epsilon));
    Tensor y = reshape(multiply(centered, inverse), x.shape().dims());
    if (gamma) y = multiply(y, cast(gamma, DType::kFloat32));
    if (beta) y = add(y, cast(beta, DType::kFloat32));
    return cast(y, x.dtype());
  }
  const Tensor y = emit(inputs, Spec{x.shape(), DType::kFloat32}, [&] {
    StepSettings settings{.operands = {{"x", x.shape()}}};
    for (size_t i = 1; i < inputs.size(); ++i) settings.operands.push_back({"weights", {channels}});
    return function_step(
        "normalization",
        [=, has_gamma = static_cast<bool>(gamma), has_beta = static_cast<bool>(beta),
         batch = x.shape()[0],
         positions = count(x.shape(), 1, x.rank() - 1)](auto in, auto out, auto*) {
          const float* g = has_gamma ? in[1].template as<float>() : nullptr;
          const float* b = has_beta ? in[has_gamma ? 2 : 1].template as<float>() : nullptr;
          kernels::group_norm(in[0].template as<float>(), out[0].template as<float>(), batch,
                              positions, channels, groups, static_cast<float>(epsilon), g, b);
        },
        std::move(settings));
  });
  return cast(y, x.dtype());
}

KERAS_OP("ops.nn", Normalize, normalize, "x, .axis=-1, .order=2, .epsilon=None")
Tensor normalize(const Operand& x, const Axes& axis, double order, std::optional<double> epsilon) {
  if (makes_node(x))
    return make_node(rows::Normalize, {x, axis, static_cast<int64_t>(order), epsilon});
  if (order < 1 || order != std::floor(order)) {
    raise_value_error(
        {"Argument `order` must be an int >= 1. Received: order=", repr(Tree(order))});
  }
  const Tensor values = x.shape().empty() ? expand_dims(x, 0) : x.tensor();
  const double least = epsilon.value_or(1e-7);
  if (order == 2) {
    const Tensor inverse = rsqrt(sum(square(values), axis, true));
    return multiply(values, minimum(inverse, 1.0 / least));
  }
  return divide(values, maximum(norm(values, order, axis, true), least));
}

}  // namespace keras::ops
