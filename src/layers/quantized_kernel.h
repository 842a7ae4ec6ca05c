// Weights of layers with a quantized dtype policy: stored as int8, or as int4 in pairs, with scales
// per channel or per block; as what GPTQ and AWQ found; or rounded to float8
// (keras/src/quantizers). Layers keep what a file holds and compute with it; they do not quantize,
// except that they save a kernel with its LoRA update.
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
#include "quantizers/quantization_config.h"
#include "tensor/variable.h"

namespace keras {

enum class Quantization : unsigned char { kNone, kInt8, kInt4, kFloat8, kGptq, kAwq };
// What the policy asks for.
Quantization quantization_of(const DTypePolicy& policy);
// Whether the weights were found with sample data.
inline bool is_calibrated(Quantization mode) {
  return mode == Quantization::kGptq || mode == Quantization::kAwq;
}
// Whether integers take the place of the float weight.
inline bool stores_integers(Quantization mode) {
  return mode != Quantization::kNone && mode != Quantization::kFloat8;
}

// Makes a weight of the layer: name, shape, initializer, dtype (none: the layer's), trainable.
using AddWeight = FunctionRef<std::shared_ptr<Variable>(
    const std::string& name, const Shape& shape, std::string_view initializer,
    std::optional<DType> dtype, bool trainable)>;

class QuantizedKernel {
 public:
  struct Spec {
    std::string name = "kernel";
    Quantization mode = Quantization::kNone;
    Shape shape{};  // of the float weight; a matrix unless int8
    // One scale for each line along these axes, unless there are blocks.
    std::vector<int64_t> scale_axes{0};
    // The order of the kernel's axes in the scale, if it is another one.
    std::vector<int64_t> scale_order{};
    Shape scale_shape{};
    int block_axis = 0;                      // along which an int4 matrix is cut into blocks
    std::optional<int64_t> block_size = {};  // none: one scale for the whole line
    int pack_axis = 1;                       // along which two int4 values share a byte
    std::string zero_name = "kernel_zero";
    DType zero_dtype = DType::kInt8;
    // Of another kernel with the same blocks; by default this one has its own.
    std::shared_ptr<Variable> group_index{};
    int64_t weight_bits = 4;  // GPTQ and AWQ: fewer than 8 are packed only when they are 4
  };
  void build(const Spec& spec, const AddWeight& add);

  explicit operator bool() const { return values_ != nullptr; }
  bool has_blocks() const { return zero_ != nullptr && !is_calibrated(); }
  bool is_calibrated() const { return keras::is_calibrated(spec_.mode); }
  // int8, in the shape of the spec.
  Tensor integers() const;
  Tensor scale() const { return scale_->value(); }
  const std::shared_ptr<Variable>& group_index() const { return group_index_; }
  // The float weight that the integers stand for.
  Tensor dequantized(DType dtype) const;
  // The same for rows (of `integers()`) picked by ids: Embedding.
  Tensor dequantized_rows(const Tensor& ids, DType dtype) const;

  const std::shared_ptr<Variable>& values() const { return values_; }
  // The variables beside values(), in the order of files.
  std::vector<std::shared_ptr<Variable>> scales() const;
  // What the variables of an int8 or int4 kernel hold for that float weight.
  SavedState::Values quantized(const Tensor& weight) const;

 private:
  void build_calibrated(const AddWeight& add);
  Tensor from_blocks(const Tensor& integers, const Tensor& scale, const Tensor& zero,
                     int axis) const;
  Tensor dequantized_calibrated() const;
  Tensor stored(const Tensor& integers) const;
  // The shape of a weight's scales, with the axes of the weight.
  Shape kept_shape() const;

  Spec spec_;
  std::shared_ptr<Variable> values_, scale_, zero_, group_index_, awq_scales_;
};

// Fills in block size and bits: those of the config, else those of the policy.
void take_sizes(QuantizedKernel::Spec& spec, const DTypePolicy& policy,
                const QuantizationConfigPtr& config);
// How inputs are quantized: as the config says; without one int8 layers quantize them, int4 layers
// do not.
QuantizerPtr input_quantizer(Quantization mode, const QuantizationConfigPtr& config);

struct QuantizedTensor {
  Tensor values;  // integers
  Tensor scale;   // what they were multiplied by; the axes have size one
};
QuantizedTensor quantize(const Quantizer& quantizer, const Tensor& x, const ops::Axes& axes);

// What a float8 layer keeps besides its kernel, and its rounding.
class Float8Scales {
 public:
  void build(const DTypePolicy& policy, const AddWeight& add);
  explicit operator bool() const { return !variables_.empty(); }
  Tensor inputs(const Tensor& x, DType compute_dtype) const;
  Tensor kernel(const Tensor& x, DType compute_dtype) const;
  // float32 biases are rounded to bfloat16.
  static Tensor bias(const Tensor& bias, DType compute_dtype);
  // NotImplementedError when the kernel has an update.
  static void refuse(const LoraUpdate& lora);
  // In the order of files.
  const std::vector<std::shared_ptr<Variable>>& variables() const { return variables_; }

 private:
  std::vector<std::shared_ptr<Variable>> variables_;
};

// What the layers with such a kernel consist of, for what a file stores of them.
struct KernelParts {
  const std::shared_ptr<Variable>& kernel;
  const std::shared_ptr<Variable>& bias;
  const QuantizedKernel& quantized;
  const Float8Scales& float8;
  const LoraUpdate& lora;
};
SavedState saved_state_of(const KernelParts& parts, DType compute_dtype);

// NotImplementedError for modes with which LoRA does not work.
void check_lora(Quantization mode);

}  // namespace keras
