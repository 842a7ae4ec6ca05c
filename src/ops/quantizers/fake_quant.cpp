// fake_quant_with_min_max_vars: rounds to the values that integers of few bits represent
// (keras/src/quantizers/quantizers.py).
#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras::ops {
namespace {

Tensor fake_quant_with_min_max_vars(const Tensor& inputs, const Operand& min_vals,
                                    const Operand& max_vals, int64_t num_bits, bool narrow_range,
                                    std::optional<int64_t> axis) {
  if (num_bits < 0 || num_bits > 62) {
    raise_value_error(
        {"`num_bits` must be between 0 and 62. Received: num_bits=", std::to_string(num_bits)});
  }
  if (axis) normalize_axis(*axis, inputs.rank());  // only the gradient uses it
  const Tensor low = cast(min_vals.tensor(), DType::kFloat32);
  const Tensor high = cast(max_vals.tensor(), DType::kFloat32);
  const auto largest = static_cast<double>((int64_t{1} << num_bits) - 1);
  const double smallest = narrow_range ? 1 : 0;
  const Tensor range = subtract(high, low);
  const Tensor scale = divide(range, largest - smallest);
  const Tensor inverse_scale = divide(largest - smallest, range);
  // Zero is moved to the nearest integer.
  const Tensor zero = round(clip(subtract(smallest, divide(low, scale)), smallest, largest));
  const Tensor nudged_low = multiply(subtract(smallest, zero), scale);
  const Tensor nudged_high = multiply(subtract(largest, zero), scale);
  const Tensor quantized_zero = floor(add(multiply(negative(nudged_low), inverse_scale), 0.5));
  const Tensor clamped = clip(cast(inputs, DType::kFloat32), nudged_low, nudged_high);
  const Tensor steps =
      subtract(multiply(subtract(clamped, nudged_low), inverse_scale), quantized_zero);
  return cast(multiply(floor(add(steps, 0.5)), scale), inputs.dtype());
}

}  // namespace

KERAS_OP("quantizers.quantizers", FakeQuantWithMinMaxVars, fake_quant_with_min_max_vars,
         "inputs, min_vals, max_vals, .num_bits=8, .narrow_range=False, .axis=None",
         /*names_config=*/false)

}  // namespace keras::ops
