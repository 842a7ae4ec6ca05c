// keras.ops.numpy on tensors (keras/src/ops/numpy.py). Every function here and in nn.h, core.h,
// math.h and image.h computes data at once, appends a step while a plan is being recorded, infers
// shape and dtype of abstract tensors, and makes a graph node of KerasTensors. Names, argument
// order and defaults are Keras's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ops/common/operand.h"

namespace keras::ops {

// One function per row of the tables:
//   Tensor absolute(const Operand& x);  and so on for negative, square, sqrt, exp, log, sin, relu,
//   sigmoid, isnan, logical_not, ...
#define KERAS_UNARY(module, Class, function, ...) Tensor function(const Operand& x);
#include "ops/table/unary.inc"
#undef KERAS_UNARY
//   Tensor add(const Operand& x1, const Operand& x2);  and so on for subtract, multiply, divide,
//   maximum, minimum, power, mod, equal, less, logical_and, bitwise_or, ...
#define KERAS_BINARY(module, Class, function, ...) \
  Tensor function(const Operand& x1, const Operand& x2);
#include "ops/table/binary.inc"
#undef KERAS_BINARY
//   Tensor sum(const Operand& x, const Axes& axis = {}, bool keepdims = false);  and so on for
//   mean, max, min, prod, any, all, std, var, logsumexp, amax, amin, ...
#define KERAS_REDUCE(module, Class, function, ...) \
  Tensor function(const Operand& x, const Axes& axis = {}, bool keepdims = false);
#include "ops/table/reduce.inc"
#undef KERAS_REDUCE

Tensor argmax(const Operand& x, const Axes& axis = {}, bool keepdims = false);
Tensor argmin(const Operand& x, const Axes& axis = {}, bool keepdims = false);
Tensor round(const Operand& x, int64_t decimals = 0);
Tensor clip(const Operand& x, const Operand& x_min, const Operand& x_max);
Tensor where(const Operand& condition, const Operand& x1, const Operand& x2);

// One dimension may be -1 (kNone): the others determine it.
Tensor reshape(const Operand& x, const std::vector<int64_t>& newshape);
// nullopt reverses the axes.
Tensor transpose(const Operand& x, const std::optional<std::vector<int64_t>>& axes = {});
Tensor digitize(const Operand& x, const Operand& bins);
Tensor moveaxis(const Operand& x, const Axes& source, const Axes& destination);
Tensor swapaxes(const Operand& x, int64_t axis1, int64_t axis2);
Tensor expand_dims(const Operand& x, const Axes& axis);
Tensor squeeze(const Operand& x, const Axes& axis = {});
Tensor ravel(const Operand& x);
Tensor broadcast_to(const Operand& x, const Shape& shape);
Tensor concatenate(const std::vector<Tensor>& xs, int64_t axis = 0);
Tensor stack(const std::vector<Tensor>& xs, int64_t axis = 0);
// Into equal parts, or at the given indices.
std::vector<Tensor> split(const Operand& x, int64_t sections, int64_t axis = 0);
std::vector<Tensor> split(const Operand& x, const std::vector<int64_t>& indices, int64_t axis = 0);
// x[key]: ints, slices, ellipsis, None (a new axis), tuples of them, or one integer tensor.
Tensor get_item(const Tensor& x, const Tree& key);
Tensor take(const Operand& x, const Operand& indices, std::optional<int64_t> axis = {});
Tensor take_along_axis(const Operand& x, const Operand& indices, std::optional<int64_t> axis = {});
struct PadWidth {
  int64_t before = 0, after = 0;
};
// One pair per axis, or a single one for all. Modes: constant, edge, reflect, symmetric.
Tensor pad(const Operand& x, const std::vector<PadWidth>& pad_width,
           std::string_view mode = "constant", double constant_value = 0.);
Tensor tile(const Operand& x, const std::vector<int64_t>& repeats);
Tensor repeat(const Operand& x, int64_t repeats, std::optional<int64_t> axis = {});
Tensor repeat(const Operand& x, const std::vector<int64_t>& repeats,
              std::optional<int64_t> axis = {});
Tensor flip(const Operand& x, const Axes& axis = {});
Tensor roll(const Operand& x, const Axes& shift, const Axes& axis = {});
Tensor cumsum(const Operand& x, std::optional<int64_t> axis = {}, std::optional<DType> dtype = {});
Tensor cumprod(const Operand& x, std::optional<int64_t> axis = {}, std::optional<DType> dtype = {});
Tensor sort(const Operand& x, std::optional<int64_t> axis = -1);
Tensor argsort(const Operand& x, std::optional<int64_t> axis = -1);
Tensor tril(const Operand& x, int64_t k = 0);
Tensor triu(const Operand& x, int64_t k = 0);

Tensor matmul(const Operand& x1, const Operand& x2);
// matmul(x, kernel) + bias over the last axis, for Dense; bias is optional.
Tensor matmul_bias(const Tensor& x, const Tensor& kernel, const Tensor& bias);
Tensor dot(const Operand& x1, const Operand& x2);
Tensor tensordot(const Operand& x1, const Operand& x2, int64_t axes = 2);
Tensor tensordot(const Operand& x1, const Operand& x2, const std::vector<int64_t>& axes1,
                 const std::vector<int64_t>& axes2);
Tensor einsum(std::string_view subscripts, const std::vector<Tensor>& operands);

Tensor zeros(const Shape& shape, DType dtype = DType::kFloat32);
Tensor ones(const Shape& shape, DType dtype = DType::kFloat32);
Tensor full(const Shape& shape, double fill_value, DType dtype = DType::kFloat32);
Tensor zeros_like(const Operand& x, std::optional<DType> dtype = {});
Tensor ones_like(const Operand& x, std::optional<DType> dtype = {});
Tensor full_like(const Operand& x, const Operand& fill_value, std::optional<DType> dtype = {});
// The count of elements is ceil((stop - start) / step).
Tensor arange(double start, double stop, double step = 1, DType dtype = DType::kInt32);
Tensor linspace(const Operand& start, const Operand& stop, int64_t num = 50, bool endpoint = true,
                std::optional<DType> dtype = {}, int64_t axis = 0);
Tensor eye(int64_t n, std::optional<int64_t> m = {}, int64_t k = 0, DType dtype = DType::kFloat32);

}  // namespace keras::ops
