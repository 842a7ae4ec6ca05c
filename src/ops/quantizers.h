// keras.quantizers on tensors.
#pragma once

#include <array>

#include "ops/common/operand.h"

namespace keras::ops {

constexpr double kQuantizerEpsilon = 1e-7;  // keras.config.epsilon()

// x * scale, rounded, in the range from `low` to `high`; one scale for all elements along the axes.
struct Quantized {
  Tensor values, scale;
};
Quantized abs_max_quantize(const Tensor& x, const Axes& axes, double low, double high,
                           DType dtype = DType::kInt8, double epsilon = kQuantizerEpsilon);

// x / scale, rounded, + zero, with a scale and an int8 zero for each column of `block` rows of a
// matrix. Keras's NumPy form leaves the range of constant columns empty.
struct QuantizedGroups {
  Tensor values, scale, zero;
};
QuantizedGroups quantize_groups(const Tensor& x, int64_t block, double low, double high,
                                DType dtype, double epsilon, bool numpy_form);

// Two values of 4 bits in each byte along the axis, the first in the low bits.
Tensor pack_int4(const Tensor& values, int axis);
// The first `size` of them: signed values become int8, others uint8.
Tensor unpack_int4(const Tensor& packed, int64_t size, int axis, bool is_signed);

// x divided by the scale, rounded to a float8 or other float dtype, and multiplied by it again.
Tensor quantize_and_dequantize(const Tensor& x, const Tensor& scale, DType quantized,
                               DType compute);

}  // namespace keras::ops
