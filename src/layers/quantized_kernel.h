// Weights of layers with a quantized dtype policy (keras/src/quantizers): int8, packed int4 with
// scales per channel or block, GPTQ, AWQ, or rounded to float8. Layers compute with what a file
// holds; they only quantize to save a kernel merged with its LoRA update.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/function_ref.h"
#include "base/shape.h"
#include "dtype_policies/dtype_policy.h"
#include "layers/lora.h"
#include "layers/saved_state.h"
#include "ops/common/operand.h"
#include "ops/quantizers.h"
#include "quantizers/quantization_config.h"
#include "tensor/variable.h"

namespace keras {

enum class Quantization : unsigned char { kNone, kInt8, kInt4, kFloat8, kGptq, kAwq };
Quantization quantization_of(const DTypePolicy& policy);
// Whether quantization was calibrated with sample data.
inline bool is_calibrated(Quantization mode) {
  return mode == Quantization::kGptq || mode == Quantization::kAwq;
}
// Whether integers replace the float weight.
inline bool stores_integers(Quantization mode) {
  return mode != Quantization::kNone && mode != Quantization::kFloat8;
}

// Adds a weight to the layer: name, shape, initializer, dtype (by default the layer's), trainable.
using AddWeight = FunctionRef<std::shared_ptr<Variable>(
    const std::string& name, const Shape& shape, std::string_view initializer,
    std::optional<DType> dtype, bool trainable)>;

class QuantizedKernel {
 public:
  struct Spec {
    std::string name = "kernel";
    Quantization mode = Quantization::kNone;
    Shape shape{};  // of the float weight; a matrix unless int8
    // One scale per line along these axes, without blocks.
    std::vector<int64_t> scale_axes{0};
    // The order of the kernel's axes in the scale, if it differs.
    std::vector<int64_t> scale_order{};
    Shape scale_shape{};
    int block_axis = 0;                      // along which an int4 matrix is divided into blocks
    std::optional<int64_t> block_size = {};  // nothing: one scale per line
    int pack_axis = 1;                       // along which two int4 values share a byte
    std::string zero_name = "kernel_zero";
    DType zero_dtype = DType::kInt8;
    // The group index of another kernel with the same blocks; by default its own.
    std::shared_ptr<Variable> group_index{};
    int64_t weight_bits = 4;  // GPTQ and AWQ pack values only at 4 bits
  };
  void build(const Spec& spec, const AddWeight& add);

  explicit operator bool() const { return values_ != nullptr; }
  bool has_blocks() const { return zero_ != nullptr && !is_calibrated(); }
  bool is_calibrated() const { return keras::is_calibrated(spec_.mode); }
  // Of the weight, if it is a matrix.
  int64_t columns() const { return spec_.shape.back(); }
  // int8, in the shape of the spec.
  Tensor integers() const;
  Tensor scale() const { return scale_->value(); }
  const std::shared_ptr<Variable>& group_index() const { return group_index_; }
  // The float weight that the integers represent.
  Tensor dequantized(DType dtype) const;
  // The product of inputs, whose last `inner` axes are the rows of the weight, with a weight in
  // blocks or calibrated, which keeps its few bits in a plan. Empty where a product with
  // dequantized() computes it.
  Tensor product(const Tensor& inputs, int inner, const Shape& columns, DType dtype) const;
  // The float weight's rows with these ids: Embedding.
  Tensor dequantized_rows(const Tensor& ids, DType dtype) const;
  // inputs * integers / scales, where the quantizer quantizes inputs along their last `inner` axes,
  // which are the first of the weight. Empty where that takes several steps: float32 only.
  Tensor product(const Tensor& inputs, const Quantizer& quantizer, int inner, DType dtype) const;

  const std::shared_ptr<Variable>& values() const { return values_; }
  // The variables besides values(), in file order.
  std::vector<std::shared_ptr<Variable>> scales() const;
  // The values of the variables of an int8 or int4 kernel that represent the float weight.
  SavedState::Values quantized(const Tensor& weight) const;

 private:
  void build_calibrated(const AddWeight& add);
  Tensor from_blocks(const Tensor& integers, const Tensor& scale, const Tensor& zero,
                     int axis) const;
  Tensor dequantized_calibrated() const;
  std::optional<ops::GroupedWeight> grouped() const;
  Tensor stored(const Tensor& integers) const;
  // The shape of the scales, with the weight's axes.
  Shape kept_shape() const;

  Spec spec_;
  std::shared_ptr<Variable> values_, scale_, zero_, group_index_, awq_scales_;
};

// Sets block size and bits from the config, else from the policy.
void take_sizes(QuantizedKernel::Spec& spec, const DTypePolicy& policy,
                const QuantizationConfigPtr& config);
// How inputs are quantized: as configured; by default int8 layers quantize them, and int4
// layers do not.
QuantizerPtr input_quantizer(Quantization mode, const QuantizationConfigPtr& config);

// NotImplementedError for quantizers without a range.
ops::QuantizerRange range_of(const Quantizer& quantizer);
ops::Quantized quantize(const Quantizer& quantizer, const Tensor& x, const ops::Axes& axes);

// The scales of a float8 layer, and its rounding.
class Float8Scales {
 public:
  void build(const DTypePolicy& policy, const AddWeight& add);
  explicit operator bool() const { return !variables_.empty(); }
  Tensor inputs(const Tensor& x, DType compute_dtype) const;
  Tensor kernel(const Tensor& x, DType compute_dtype) const;
  // Rounds float32 biases to bfloat16.
  static Tensor bias(const Tensor& bias, DType compute_dtype);
  // NotImplementedError when the kernel has a LoRA update.
  static void refuse(const LoraUpdate& lora);
  // In file order.
  const std::vector<std::shared_ptr<Variable>>& variables() const { return variables_; }

 private:
  std::vector<std::shared_ptr<Variable>> variables_;
};

// The parts of a layer with such a kernel, for saving.
struct KernelParts {
  const std::shared_ptr<Variable>& kernel;
  const std::shared_ptr<Variable>& bias;
  const QuantizedKernel& quantized;
  const Float8Scales& float8;
  const LoraUpdate& lora;
};
SavedState saved_state_of(const KernelParts& parts, DType compute_dtype);

// NotImplementedError for modes that LoRA does not support.
void check_lora(Quantization mode);

}  // namespace keras
