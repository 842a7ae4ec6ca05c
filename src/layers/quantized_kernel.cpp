#include "layers/quantized_kernel.h"

#include "base/error.h"
#include "dtype_policies/quantized_dtype_policy.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras {
namespace {

constexpr int64_t kAmaxHistoryLength = 1024;

int64_t groups_of(int64_t size, int64_t block) { return (size + block - 1) / block; }

}  // namespace

Quantization quantization_of(const DTypePolicy& policy) {
  const std::string mode = policy.quantization_mode();
  if (mode.empty()) return Quantization::kNone;
  if (mode == "int8") return Quantization::kInt8;
  if (mode == "int4") return Quantization::kInt4;
  if (mode == "float8") return Quantization::kFloat8;
  return mode == "gptq" ? Quantization::kGptq : Quantization::kAwq;
}

void QuantizedKernel::build(const Spec& spec, const AddWeight& add) {
  spec_ = spec;
  if (is_calibrated()) return build_calibrated(add);
  Shape stored = spec.shape;
  Shape scale_shape = spec.scale_shape;
  const bool blocks = spec.mode == Quantization::kInt4 && spec.block_size && *spec.block_size > 0;
  if (spec.mode == Quantization::kInt4) {
    stored[spec.pack_axis] = (stored[spec.pack_axis] + 1) / 2;
  }
  if (blocks) {
    scale_shape =
        spec.shape.with(spec.block_axis, groups_of(spec.shape[spec.block_axis], *spec.block_size));
  }
  values_ = add(spec.name, stored, "zeros", DType::kInt8, false);
  scale_ = add(spec.name + "_scale", scale_shape, "ones", {}, false);
  if (!blocks) return;
  zero_ = add(spec.zero_name, scale_shape, "zeros", spec.zero_dtype, false);
  group_index_ = spec.group_index;
  if (group_index_) return;
  const int64_t lines = spec.shape[spec.block_axis];
  group_index_ = add("g_idx", {lines}, "zeros", DType::kFloat32, false);
  group_index_->assign(
      ops::floor_divide(ops::arange(0, static_cast<double>(lines), 1, DType::kFloat32),
                        static_cast<double>(*spec.block_size)));
}

// Stored transposed: one row per column of the float weight.
void QuantizedKernel::build_calibrated(const AddWeight& add) {
  const int64_t rows = spec_.shape[0];
  const int64_t columns = spec_.shape[1];
  const int64_t stored = spec_.weight_bits == 4 ? (columns + 1) / 2 : columns;
  const Shape scale_shape{columns, spec_.block_size ? groups_of(rows, *spec_.block_size) : 1};
  values_ = add(spec_.name, {stored, rows}, "zeros", DType::kUInt8, false);
  scale_ = add(spec_.name + "_scale", scale_shape, "ones", {}, false);
  zero_ = add(spec_.zero_name, scale_shape, "zeros", DType::kUInt8, false);
  if (spec_.mode == Quantization::kAwq) awq_scales_ = add("awq_scales", {rows}, "ones", {}, false);
  group_index_ = add("g_idx", {rows}, "zeros", DType::kFloat32, false);
}

std::vector<std::shared_ptr<Variable>> QuantizedKernel::scales() const {
  std::vector<std::shared_ptr<Variable>> out;
  const auto own_index = spec_.group_index ? nullptr : group_index_;
  for (const auto& variable : {scale_, zero_, awq_scales_, own_index}) {
    if (variable) out.push_back(variable);
  }
  return out;
}

Tensor QuantizedKernel::integers() const {
  const Tensor stored = values_->uncast_value();
  if (spec_.mode != Quantization::kInt4) return stored;
  return ops::unpack_int4(stored, spec_.shape[spec_.pack_axis], spec_.pack_axis,
                          /*is_signed=*/true);
}

Tensor QuantizedKernel::from_blocks(const Tensor& integers, const Tensor& scale, const Tensor& zero,
                                    int axis) const {
  const Tensor groups = ops::cast(group_index_->uncast_value(), DType::kInt32);
  const Tensor scales = ops::take(scale, groups, axis);
  const Tensor zeros = ops::cast(ops::take(zero, groups, axis), scales.dtype());
  return ops::multiply(ops::subtract(integers, zeros), scales);
}

Shape QuantizedKernel::kept_shape() const {
  Shape shape = spec_.shape;
  for (const int64_t axis : spec_.scale_axes) shape[static_cast<int>(axis)] = 1;
  return shape;
}

Tensor QuantizedKernel::dequantized(DType dtype) const {
  if (is_calibrated()) return dequantized_calibrated();
  if (has_blocks()) {
    const int axis = spec_.block_axis == 0 ? 0 : -1;
    return ops::cast(from_blocks(integers(), scale(), zero_->uncast_value(), axis), dtype);
  }
  Tensor scales = scale();
  const Shape kept = kept_shape();
  if (spec_.scale_order.empty()) {
    scales = ops::reshape(scales, kept.dims());
  } else {
    const std::vector<int64_t>& order = spec_.scale_order;
    std::vector<int64_t> ordered, back(order.size());
    for (size_t i = 0; i < order.size(); ++i) {
      ordered.push_back(kept[static_cast<int>(order[i])]);
      back[static_cast<size_t>(order[i])] = static_cast<int64_t>(i);
    }
    scales = ops::transpose(ops::reshape(scales, ordered), back);
  }
  return ops::divide(ops::cast(integers(), dtype), scales);
}

Tensor QuantizedKernel::dequantized_calibrated() const {
  Tensor integers = values_->uncast_value();
  if (spec_.weight_bits == 4) {
    integers = ops::unpack_int4(integers, spec_.shape[1], 0, /*is_signed=*/false);
  }
  const Tensor weight =
      ops::transpose(from_blocks(integers, scale(), zero_->uncast_value(), /*axis=*/-1));
  if (!awq_scales_) return weight;
  return ops::divide(weight, ops::expand_dims(awq_scales_->value(), -1));
}

Tensor QuantizedKernel::dequantized_rows(const Tensor& ids, DType dtype) const {
  Tensor integers = ops::take(values_->uncast_value(), ids, 0);
  // Rows are unpacked after they were taken, so that the table keeps its 4 bits.
  if (spec_.mode == Quantization::kInt4)
    integers = ops::unpack_int4(integers, spec_.shape[1], integers.rank() - 1, /*is_signed=*/true);
  const Tensor rows = ops::cast(integers, dtype);
  const Tensor scales = ops::take(scale(), ids, 0);
  if (!has_blocks()) return ops::divide(rows, ops::expand_dims(scales, -1));
  return from_blocks(rows, scales, ops::take(zero_->uncast_value(), ids, 0), /*axis=*/-1);
}

Tensor QuantizedKernel::product(const Tensor& inputs, const Quantizer& quantizer, int inner,
                                DType dtype) const {
  const ops::QuantizerRange range = range_of(quantizer);
  const Tensor scale_values = scale();
  if (dtype != DType::kFloat32 || scale_values.dtype() != dtype) return {};
  const Tensor weight = integers();
  if (!ops::can_multiply_quantized(inputs, range, weight, inner)) return {};
  return ops::multiply_quantized(inputs, range, weight, ops::reshape(scale_values, {-1}), inner);
}

// Nothing where scales divide, or are not of rows: the weight would differ by a rounding.
std::optional<ops::GroupedWeight> QuantizedKernel::grouped() const {
  const bool packs = !is_calibrated() || spec_.weight_bits == 4;
  if (!group_index_ || awq_scales_ || !packs || (has_blocks() && spec_.block_axis != 0)) return {};
  ops::GroupedWeight weight{integers(), scale(), ops::cast(zero_->uncast_value(), DType::kFloat32),
                            ops::cast(group_index_->uncast_value(), DType::kInt32)};
  if (!is_calibrated()) return weight;
  // Unsigned, and stored transposed. 8 less fits 4 bits with a sign.
  constexpr int kMiddle = 8;
  const Tensor values = ops::unpack_int4(values_->uncast_value(), spec_.shape[1], 0, false);
  weight.integers = ops::transpose(ops::subtract(ops::cast(values, DType::kInt8), kMiddle));
  weight.scale = ops::transpose(weight.scale);
  weight.zero = ops::transpose(ops::subtract(weight.zero, kMiddle));
  return weight;
}

Tensor QuantizedKernel::product(const Tensor& inputs, int inner, const Shape& columns,
                                DType dtype) const {
  if (!inputs.is_slot() || dtype != DType::kFloat32) return {};
  const auto weight = grouped();
  if (!weight || !ops::can_multiply_grouped(inputs, *weight, inner)) return {};
  return ops::multiply_grouped(inputs, *weight, inner, columns);
}

Tensor QuantizedKernel::stored(const Tensor& integers) const {
  return spec_.mode == Quantization::kInt4 ? ops::pack_int4(integers, 1) : integers;
}

SavedState::Values QuantizedKernel::quantized(const Tensor& weight) const {
  if (has_blocks()) {
    const bool by_rows = spec_.block_axis == 0;
    const auto turned = [&](const Tensor& x) { return by_rows ? x : ops::transpose(x); };
    const ops::QuantizedGroups q =
        ops::quantize_groups(turned(weight), *spec_.block_size, -8, 7, DType::kInt8,
                             ops::kQuantizerEpsilon, /*numpy_form=*/true);
    return {
        {values_, stored(turned(q.values))}, {scale_, turned(q.scale)}, {zero_, turned(q.zero)}};
  }
  const bool int4 = spec_.mode == Quantization::kInt4;
  const ops::Quantized q =
      ops::abs_max_quantize(weight, spec_.scale_axes, int4 ? -8 : -127, int4 ? 7 : 127);
  const Tensor scale =
      spec_.scale_order.empty() ? q.scale : ops::transpose(q.scale, spec_.scale_order);
  return {{values_, stored(q.values)}, {scale_, ops::reshape(scale, scale_->shape().dims())}};
}

void take_sizes(QuantizedKernel::Spec& spec, const DTypePolicy& policy,
                const QuantizationConfigPtr& config) {
  const auto take = [&](int64_t group_size, int64_t weight_bits = 4) {
    if (group_size != -1) spec.block_size = group_size;
    spec.weight_bits = weight_bits;
  };
  const json::Object settings = config ? config->get_config() : json::Object();
  if (spec.mode == Quantization::kInt4) {
    if (const json::Value* given = settings.find("block_size")) {
      if (!given->is_null()) take(given->as_int());
    } else if (const auto* int4 = dynamic_cast<const Int4DTypePolicy*>(&policy)) {
      take(int4->block_size());
    }
  } else if (is_calibrated(spec.mode)) {
    if (const json::Value* given = settings.find("group_size")) {
      take(given->as_int(), settings.at("weight_bits").as_int());
    } else if (const auto* gptq = dynamic_cast<const GPTQDTypePolicy*>(&policy)) {
      take(gptq->group_size(), gptq->weight_bits());
    } else if (const auto* awq = dynamic_cast<const AWQDTypePolicy*>(&policy)) {
      take(awq->group_size());
    }
  }
}

QuantizerPtr input_quantizer(Quantization mode, const QuantizationConfigPtr& config) {
  if (config) return config->activation_quantizer();
  if (mode != Quantization::kInt8) return nullptr;
  return get_quantizer(json::Object{{"module", "keras.quantizers"},
                                    {"class_name", "AbsMaxQuantizer"},
                                    {"config", json::Object{}},
                                    {"registered_name", nullptr}});
}

ops::QuantizerRange range_of(const Quantizer& quantizer) {
  const auto range = quantizer.value_range();
  if (!range) {
    raise_not_implemented_error(
        {"Inputs cannot be quantized by a ", std::string(quantizer.class_info().class_name), "."});
  }
  const json::Object settings = quantizer.get_config();
  const json::Value* epsilon = settings.find("epsilon");
  return {.low = range->at(0),
          .high = range->at(1),
          .dtype = parse_dtype(quantizer.output_dtype()),
          .epsilon = epsilon != nullptr ? epsilon->as_double() : ops::kQuantizerEpsilon};
}

ops::Quantized quantize(const Quantizer& quantizer, const Tensor& x, const ops::Axes& axes) {
  const ops::QuantizerRange range = range_of(quantizer);
  return ops::abs_max_quantize(x, axes, range.low, range.high, range.dtype, range.epsilon);
}

void Float8Scales::build(const DTypePolicy& policy, const AddWeight& add) {
  variables_.clear();
  const auto* float8 = dynamic_cast<const QuantizedFloat8DTypePolicy*>(&policy);
  const int64_t length = float8 != nullptr ? float8->amax_history_length() : kAmaxHistoryLength;
  for (const std::string name : {"inputs", "kernel", "outputs_grad"}) {
    variables_.push_back(add(name + "_scale", {}, "ones", DType::kFloat32, true));
    variables_.push_back(add(name + "_amax_history", {length}, "zeros", DType::kFloat32, true));
  }
}

namespace {

constexpr size_t kInputsScale = 0, kKernelScale = 2;

Tensor round_to_float8(const Tensor& x, const Tensor& scale, DType dtype) {
  return ops::quantize_and_dequantize(x, scale, DType::kFloat8E4M3, dtype);
}

}  // namespace

Tensor Float8Scales::inputs(const Tensor& x, DType compute_dtype) const {
  return round_to_float8(x, variables_[kInputsScale]->uncast_value(), compute_dtype);
}

Tensor Float8Scales::kernel(const Tensor& x, DType compute_dtype) const {
  return round_to_float8(x, variables_[kKernelScale]->uncast_value(), compute_dtype);
}

Tensor Float8Scales::bias(const Tensor& bias, DType compute_dtype) {
  if (compute_dtype != DType::kFloat32) return bias;
  return ops::cast(ops::cast(bias, DType::kBFloat16), bias.dtype());
}

void Float8Scales::refuse(const LoraUpdate& lora) {
  if (!lora.enabled()) return;
  raise_not_implemented_error({"Currently, `_float8_call` doesn't support LoRA"});
}

SavedState saved_state_of(const KernelParts& parts, DType compute_dtype) {
  SavedState state;
  const auto add = [&](const std::shared_ptr<Variable>& variable) {
    if (variable) state.variables.push_back(variable);
  };
  const QuantizedKernel* quantized = &parts.quantized;
  const bool bias_first = *quantized && quantized->is_calibrated();
  if (bias_first) add(parts.bias);
  add(*quantized ? quantized->values() : parts.kernel);
  if (!bias_first) add(parts.bias);
  for (const auto& variable : quantized->scales()) add(variable);
  for (const auto& variable : parts.float8.variables()) add(variable);
  parts.lora.save_merged(state,
                         [quantized, kernel = parts.kernel, lora = &parts.lora,
                          is_float8 = bool(parts.float8), compute_dtype]() -> SavedState::Values {
                           if (is_float8)
                             raise_value_error({"Unsupported quantization mode: float8"});
                           if (!*quantized)
                             return {{kernel, lora->apply(kernel->value(), compute_dtype)}};
                           const Tensor weight = quantized->dequantized(compute_dtype);
                           const Tensor update =
                               ops::reshape(lora->update(), weight.shape().dims());
                           return quantized->quantized(ops::add(weight, update));
                         });
  return state;
}

void check_lora(Quantization mode) {
  if (!is_calibrated(mode)) return;
  raise_not_implemented_error({"lora is not currently supported with ",
                               mode == Quantization::kGptq ? "GPTQ" : "AWQ", " quantization."});
}

}  // namespace keras
