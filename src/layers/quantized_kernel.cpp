#include "layers/quantized_kernel.h"

#include "base/error.h"
#include "dtype_policies/quantized_dtype_policy.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras {
namespace {

constexpr double kFloat8E4M3Max = 448;
constexpr int64_t kAmaxHistoryLength = 1024;

// Two values a byte along the last axis, the first in the lower half.
Tensor unpack_int4(const Tensor& packed, int64_t columns) {
  const int64_t rows = packed.shape()[0];
  const int64_t width = packed.shape()[1];
  if (packed.is_abstract()) return Tensor::abstract({rows, columns}, DType::kInt8);
  const Tensor out = Tensor::allocate({rows, columns}, DType::kInt8);
  const auto* from = packed.data<int8_t>();
  auto* to = out.data<int8_t>();
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t c = 0; c < columns; ++c) {
      const auto byte = static_cast<uint8_t>(from[r * width + c / 2]);
      const int nibble = c % 2 == 0 ? byte & 15 : byte >> 4;
      to[r * columns + c] = static_cast<int8_t>((nibble ^ 8) - 8);
    }
  }
  return out;
}

int64_t groups_of(int64_t size, int64_t block) { return (size + block - 1) / block; }

}  // namespace

Quantization quantization_of(const DTypePolicy& policy) {
  const std::string mode = policy.quantization_mode();
  if (mode.empty()) return Quantization::kNone;
  if (mode == "int8") return Quantization::kInt8;
  if (mode == "int4") return Quantization::kInt4;
  if (mode == "float8") return Quantization::kFloat8;
  raise_not_implemented_error(
      {"Layers quantized with mode '", mode,
       "' cannot be computed here. Supported modes are int8, int4 and float8."});
}

void QuantizedKernel::build(const Spec& spec, const AddWeight& add) {
  spec_ = spec;
  Shape stored = spec.shape;
  Shape scale_shape = spec.scale_shape;
  const bool blocks = spec.mode == Quantization::kInt4 && spec.block_size && *spec.block_size > 0;
  if (spec.mode == Quantization::kInt4) stored = stored.with_last((stored.back() + 1) / 2);
  if (blocks) {
    scale_shape =
        spec.shape.with(spec.block_axis, groups_of(spec.shape[spec.block_axis], *spec.block_size));
  }
  values_ = add(spec.name, stored, "zeros", DType::kInt8, false);
  scale_ = add(spec.name + "_scale", scale_shape, "ones", {}, false);
  if (!blocks) return;
  zero_ = add(spec.name + "_zero", scale_shape, "zeros", DType::kInt8, false);
  const int64_t lines = spec.shape[spec.block_axis];
  group_index_ = add("g_idx", {lines}, "zeros", DType::kFloat32, false);
  group_index_->assign(
      ops::floor_divide(ops::arange(0, static_cast<double>(lines), 1, DType::kFloat32),
                        static_cast<double>(*spec.block_size)));
}

Tensor QuantizedKernel::integers() const {
  const Tensor stored = values_->uncast_value();
  return spec_.mode == Quantization::kInt4 ? unpack_int4(stored, spec_.shape.back()) : stored;
}

Tensor QuantizedKernel::from_blocks(const Tensor& integers, const Tensor& scale,
                                    const Tensor& zero) const {
  const Tensor groups = ops::cast(group_index_->uncast_value(), DType::kInt32);
  const int64_t axis = spec_.block_axis == 0 ? 0 : -1;
  const Tensor scales = ops::take(scale, groups, axis);
  const Tensor zeros = ops::cast(ops::take(zero, groups, axis), scales.dtype());
  return ops::multiply(ops::subtract(integers, zeros), scales);
}

Tensor QuantizedKernel::dequantized(DType dtype) const {
  if (!has_blocks()) return ops::divide(ops::cast(integers(), dtype), scale());
  return ops::cast(from_blocks(integers(), scale(), zero_->uncast_value()), dtype);
}

Tensor QuantizedKernel::dequantized_rows(const Tensor& ids, DType dtype) const {
  const Tensor rows = ops::cast(ops::take(integers(), ids, 0), dtype);
  const Tensor scales = ops::take(scale(), ids, 0);
  if (!has_blocks()) return ops::divide(rows, ops::expand_dims(scales, -1));
  return from_blocks(rows, scales, ops::take(zero_->uncast_value(), ids, 0));
}

std::optional<int64_t> int4_block_size(const DTypePolicy& policy,
                                       const QuantizationConfigPtr& config) {
  std::optional<int64_t> size;
  const json::Object settings = config ? config->get_config() : json::Object();
  if (const json::Value* given = settings.find("block_size")) {
    if (!given->is_null()) size = given->as_int();
  } else if (const auto* int4 = dynamic_cast<const Int4DTypePolicy*>(&policy)) {
    size = int4->block_size();
  }
  return size == -1 ? std::nullopt : size;
}

QuantizerPtr input_quantizer(Quantization mode, const QuantizationConfigPtr& config) {
  if (config) return config->activation_quantizer();
  if (mode != Quantization::kInt8) return nullptr;
  return get_quantizer(json::Object{{"module", "keras.quantizers"},
                                    {"class_name", "AbsMaxQuantizer"},
                                    {"config", json::Object{}},
                                    {"registered_name", nullptr}});
}

QuantizedTensor quantize(const Quantizer& quantizer, const Tensor& x, const ops::Axes& axes) {
  const auto range = quantizer.value_range();
  if (!range) {
    raise_not_implemented_error(
        {"Inputs cannot be quantized by a ", std::string(quantizer.class_info().class_name), "."});
  }
  const auto [low, high] = *range;
  const json::Object settings = quantizer.get_config();
  const json::Value* epsilon = settings.find("epsilon");
  const Tensor largest = ops::max(ops::absolute(x), axes, /*keepdims=*/true);
  const double guard = epsilon != nullptr ? epsilon->as_double() : 1e-7;
  const Tensor scale = ops::cast(ops::divide(high, ops::add(largest, guard)), x.dtype());
  const Tensor values = ops::clip(ops::round(ops::multiply(x, scale)), low, high);
  return {ops::cast(values, parse_dtype(quantizer.output_dtype())), scale};
}

void Float8Scales::build(const DTypePolicy& policy, const AddWeight& add) {
  const auto* float8 = dynamic_cast<const QuantizedFloat8DTypePolicy*>(&policy);
  const int64_t length = float8 != nullptr ? float8->amax_history_length() : kAmaxHistoryLength;
  const auto pair = [&](const std::string& name) {
    const auto scale = add(name + "_scale", {}, "ones", DType::kFloat32, true);
    add(name + "_amax_history", {length}, "zeros", DType::kFloat32, true);
    return scale;
  };
  inputs_scale_ = pair("inputs");
  kernel_scale_ = pair("kernel");
  pair("outputs_grad");
}

namespace {

Tensor round_to_float8(const Tensor& x, const Tensor& scale, DType dtype) {
  const Tensor factor = ops::cast(scale, dtype);
  const Tensor bounded = ops::clip(ops::divide(x, factor), -kFloat8E4M3Max, kFloat8E4M3Max);
  return ops::multiply(ops::cast(ops::cast(bounded, DType::kFloat8E4M3), dtype), factor);
}

}  // namespace

Tensor Float8Scales::inputs(const Tensor& x, DType compute_dtype) const {
  return round_to_float8(x, inputs_scale_->uncast_value(), compute_dtype);
}

Tensor Float8Scales::kernel(const Tensor& x, DType compute_dtype) const {
  return round_to_float8(x, kernel_scale_->uncast_value(), compute_dtype);
}

Tensor Float8Scales::bias(const Tensor& bias, DType compute_dtype) {
  if (compute_dtype != DType::kFloat32) return bias;
  return ops::cast(ops::cast(bias, DType::kBFloat16), bias.dtype());
}

}  // namespace keras
