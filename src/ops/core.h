// keras.ops.core on tensors (keras/src/ops/core.py).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ops/common/operand.h"

namespace keras::ops {

// As on JAX, data of 64-bit dtypes becomes 32-bit; abstract tensors keep the requested dtype, as
// KerasTensors do.
Tensor cast(const Operand& x, DType dtype);
// As int64, of numbers only. Not an operation of Keras, which has no 64 bits on JAX: lookups and
// hashes, which run on TensorFlow there, need them.
Tensor to_int64(const Tensor& x);
// Like cast, but values outside the dtype's range become its minimum or maximum.
Tensor saturate_cast(const Operand& x, DType dtype);
Tensor convert_to_tensor(const Operand& x, std::optional<DType> dtype = {});
Tensor stop_gradient(const Operand& variable);
// `shape` elements from `start_indices`, which are clamped to the tensor as in XLA.
Tensor slice(const Tensor& inputs, const std::vector<int64_t>& start_indices, const Shape& shape);
Tensor slice_update(const Tensor& inputs, const std::vector<int64_t>& start_indices,
                    const Tensor& updates);
Tensor scatter(const Tensor& indices, const Tensor& values, const Shape& shape);
// reduction: "" (replace), "add", "max", "min", "mul".
Tensor scatter_update(const Tensor& inputs, const Tensor& indices, const Tensor& updates,
                      std::string_view reduction = "");
std::vector<Tensor> unstack(const Tensor& x, std::optional<int64_t> num = {}, int64_t axis = 0);

}  // namespace keras::ops
