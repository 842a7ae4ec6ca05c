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

// The range of a quantizer, and the dtype of its values.
struct QuantizerRange {
  double low = -127, high = 127;
  DType dtype = DType::kInt8;
  double epsilon = kQuantizerEpsilon;
};
// The product of x, quantized along its last `inner` axes with a scale for each row, and an int8
// weight that begins with these axes; divided by both scales. `scale` has a value for each column
// of the weight. The same numbers as abs_max_quantize() and a product, in one step.
bool can_multiply_quantized(const Tensor& x, const QuantizerRange& range, const Tensor& weight,
                            int inner);
Tensor multiply_quantized(const Tensor& x, const QuantizerRange& range, const Tensor& weight,
                          const Tensor& scale, int inner);

// A matrix of (integers - zero) * scale, with a scale and a zero for each column of each group of
// rows: int8 [k, n], float32 [groups, n] twice, int32 [k].
struct GroupedWeight {
  Tensor integers, scale, zero, groups;
};
// The product of x, whose last `inner` axes are the rows of the weight, in a plan, where the weight
// keeps its 4 or 8 bits; `columns` are the axes of the result in place of the weight's columns.
bool can_multiply_grouped(const Tensor& x, const GroupedWeight& weight, int inner);
Tensor multiply_grouped(const Tensor& x, const GroupedWeight& weight, int inner,
                        const Shape& columns);

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
