// The functions of keras.quantizers (keras/src/quantizers/quantizers.py).
#include <algorithm>
#include <cmath>
#include <limits>

#include "json/repr.h"
#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/numpy.h"
#include "ops/quantizers.h"

namespace keras::ops {

Quantized abs_max_quantize(const Tensor& x, const Axes& axes, double low, double high, DType dtype,
                           double epsilon) {
  const Tensor largest = max(absolute(x), axes, /*keepdims=*/true);
  const Tensor scale = cast(divide(high, add(largest, epsilon)), x.dtype());
  const Tensor values = clip(round(multiply(x, scale)), low, high);
  return {cast(values, dtype), scale};
}

QuantizedGroups quantize_groups(const Tensor& x, int64_t block, double low, double high,
                                DType dtype, double epsilon, bool numpy_form) {
  if (x.rank() != 2) {
    raise_value_error({"`inputs` must be a matrix. Received: inputs.shape=", repr(x.shape())});
  }
  if (block <= 0) {
    raise_value_error(
        {"`block_size` must be positive. Received: block_size=", std::to_string(block)});
  }
  const int64_t rows = x.shape()[0], columns = x.shape()[1];
  const int64_t groups = (rows + block - 1) / block;
  const Tensor grouped =
      reshape(pad(x, {{0, groups * block - rows}, {0, 0}}), {groups, block, columns});
  Tensor least = min(grouped, 1, /*keepdims=*/true);
  Tensor most = max(grouped, 1, /*keepdims=*/true);
  if (!numpy_form) {
    const Tensor is_constant = equal(least, most);
    least = where(is_constant, subtract(least, 1), least);
    most = where(is_constant, add(most, 1), most);
  }
  const Tensor scale = divide(add(subtract(most, least), epsilon), high - low);
  const Tensor zero = clip(add(round(divide(negative(least), scale)), low), low, high);
  const Tensor values = clip(add(round(divide(grouped, scale)), zero), low, high);
  const Tensor all = reshape(cast(values, dtype), {groups * block, columns});
  return {slice(all, {0, 0}, {rows, columns}), reshape(scale, {groups, columns}),
          cast(reshape(zero, {groups, columns}), DType::kInt8)};
}

Tensor pack_int4(const Tensor& values, int axis) {
  const int64_t before = count(values.shape(), 0, axis), size = values.shape()[axis];
  const int64_t after = count(values.shape(), axis + 1, values.rank());
  const int64_t pairs = size == kNone ? kNone : (size + 1) / 2;
  return emit({values}, Spec{values.shape().with(axis, pairs), values.dtype()}, [&] {
    return function_step("pack_int4", [=](auto in, auto out, auto*) {
      const auto* from = in[0].template as<uint8_t>();
      auto* to = out[0].template as<uint8_t>();
      for (int64_t i = 0; i < before; ++i, from += size * after) {
        for (int64_t pair = 0; pair < pairs; ++pair) {
          const uint8_t* low = from + 2 * pair * after;
          for (int64_t j = 0; j < after; ++j) {
            const int high = 2 * pair + 1 < size ? low[after + j] & 15 : 0;
            *to++ = static_cast<uint8_t>((low[j] & 15) | (high << 4));
          }
        }
      }
    });
  });
}

Tensor unpack_int4(const Tensor& packed, int64_t size, int axis, bool is_signed) {
  const int64_t before = count(packed.shape(), 0, axis), pairs = packed.shape()[axis];
  const int64_t after = count(packed.shape(), axis + 1, packed.rank());
  const Spec spec{packed.shape().with(axis, size), is_signed ? DType::kInt8 : DType::kUInt8};
  return emit({packed}, spec, [&] {
    return function_step("unpack_int4", [=](auto in, auto out, auto*) {
      const auto* from = in[0].template as<uint8_t>();
      auto* to = out[0].template as<uint8_t>();
      for (int64_t i = 0; i < before; ++i, from += pairs * after) {
        for (int64_t k = 0; k < size; ++k) {
          for (int64_t j = 0; j < after; ++j) {
            const int byte = from[k / 2 * after + j];
            const int nibble = k % 2 == 0 ? byte & 15 : byte >> 4;
            *to++ = static_cast<uint8_t>(is_signed ? (nibble ^ 8) - 8 : nibble);
          }
        }
      }
    });
  });
}

namespace {

double largest_finite(DType dtype) {
  switch (dtype) {
    case DType::kFloat8E4M3:
      return 448;
    case DType::kFloat8E5M2:
      return 57344;
    case DType::kFloat16:
      return 65504;
    case DType::kBFloat16:
      return 255 * std::ldexp(1.0, 120);
    case DType::kFloat32:
      return static_cast<double>(std::numeric_limits<float>::max());
    default:
      raise_value_error({"`quantized_dtype` must be a float dtype. Received: quantized_dtype=",
                         std::string(dtype_name(dtype))});
  }
}

}  // namespace

Tensor quantize_and_dequantize(const Tensor& x, const Tensor& scale, DType quantized,
                               DType compute) {
  const double largest = largest_finite(quantized);
  const Tensor factor = cast(scale, compute);
  const Tensor bounded = clip(divide(x, factor), -largest, largest);
  return multiply(cast(cast(bounded, quantized), compute), factor);
}

namespace {

std::pair<double, double> read_range(const std::vector<int64_t>& range) {
  if (range.size() != 2 || range[0] >= range[1]) {
    raise_value_error({"`value_range` must be two increasing numbers. Received: value_range=",
                       repr(json::Array(range.begin(), range.end()))});
  }
  return {static_cast<double>(range[0]), static_cast<double>(range[1])};
}

TensorTuple abs_max_quantize_op(const Tensor& inputs, const Axes& axis,
                                const std::vector<int64_t>& value_range, DType dtype,
                                double epsilon, bool) {
  const auto [low, high] = read_range(value_range);
  const Quantized result = abs_max_quantize(inputs, axis, low, high, dtype, epsilon);
  return {{result.values, result.scale}};
}

TensorTuple abs_max_quantize_grouped(const Tensor& inputs, int64_t block_size,
                                     const std::vector<int64_t>& value_range, DType dtype,
                                     double epsilon, bool to_numpy) {
  const auto [low, high] = read_range(value_range);
  const QuantizedGroups result =
      quantize_groups(inputs, block_size, low, high, dtype, epsilon, to_numpy);
  return {{result.values, result.scale, result.zero}};
}

void check_int4_dtype(const std::string& dtype) {
  if (dtype != "int8" && dtype != "uint8") {
    raise_value_error({"Expected dtype to be 'int8' or 'uint8', but got '", dtype, "'."});
  }
}

// The packed tensor, its shape, and the size of the axis before.
Result<ValueType::kAny> pack_int4_op(const Tensor& arr, int64_t axis, const std::string& dtype) {
  check_int4_dtype(dtype);
  if (dtype_name(arr.dtype()) != dtype) {
    raise_type_error({"Expected ", dtype, " tensor for packing, got ",
                      std::string(dtype_name(arr.dtype())), "."});
  }
  const int along = normalize_axis(axis, arr.rank());
  const Tensor packed = pack_int4(arr, along);
  return {Tree::tuple({packed, ResultOf<Shape>::tree(packed.shape()), Tree(arr.shape()[along])})};
}

Tensor unpack_int4_op(const Tensor& packed, int64_t orig_len, int64_t axis,
                      const std::string& dtype) {
  check_int4_dtype(dtype);
  if (packed.dtype() != DType::kInt8 && packed.dtype() != DType::kUInt8) {
    raise_type_error({"Expected int8 or uint8 tensor for unpacking, got ",
                      std::string(dtype_name(packed.dtype()))});
  }
  const int along = normalize_axis(axis, packed.rank());
  // A slice up to orig_len, as in Python.
  const int64_t most = 2 * packed.shape()[along];
  const int64_t size =
      std::clamp<int64_t>(orig_len < 0 ? orig_len + most : orig_len, 0, std::max<int64_t>(most, 0));
  return unpack_int4(packed, size, along, dtype == "int8");
}

Tensor compute_float8_scale(const Tensor& amax, const Tensor& scale, const Operand& dtype_max,
                            int64_t margin) {
  const Tensor inverse = reciprocal(scale);
  const Tensor factor = divide(divide(dtype_max, amax), std::ldexp(1.0, static_cast<int>(margin)));
  const Tensor positive = where(greater(amax, 0), factor, inverse);
  return reciprocal(where(isfinite(amax), positive, inverse));
}

Tensor compute_float8_amax_history(const Tensor& x, const Tensor& amax_history) {
  const Tensor largest = reshape(cast(max(absolute(x)), amax_history.dtype()), {1});
  const Tensor first = zeros({1, 1}, DType::kInt32);
  return scatter_update(roll(amax_history, -1), first, largest);
}

}  // namespace

KERAS_FUNCTION(abs_max_quantize, abs_max_quantize_op,
               "inputs, axis, value_range=(-127, 127), dtype='int8', epsilon=1e-7, to_numpy=False")
KERAS_FUNCTION(
    abs_max_quantize_grouped_with_zero_point, abs_max_quantize_grouped,
    "inputs, block_size, value_range=(-8, 7), dtype='int8', epsilon=1e-7, to_numpy=False")
KERAS_FUNCTION(compute_float8_amax_history, compute_float8_amax_history, "x, amax_history")
KERAS_FUNCTION(compute_float8_scale, compute_float8_scale, "amax, scale, dtype_max, margin=0")
KERAS_FUNCTION(pack_int4, pack_int4_op, "arr, axis=0, dtype='int8'")
KERAS_FUNCTION(quantize_and_dequantize, quantize_and_dequantize,
               "inputs, scale, quantized_dtype, compute_dtype")
KERAS_FUNCTION(unpack_int4, unpack_int4_op, "packed, orig_len, axis=0, dtype='int8'")

}  // namespace keras::ops
