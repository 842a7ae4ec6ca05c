// Weights of layers with a quantized dtype policy: stored as int8, or as int4 in pairs, with scales
// per channel or per block; or rounded to float8 (keras/src/quantizers). Layers keep what a file
// holds and compute with it; they do not quantize.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/function_ref.h"
#include "base/shape.h"
#include "dtype_policies/dtype_policy.h"
#include "ops/operand.h"
#include "quantizers/quantization_config.h"
#include "tensor/variable.h"

namespace keras {

enum class Quantization : unsigned char { kNone, kInt8, kInt4, kFloat8 };
// What the policy asks for. NotImplementedError for modes that need a calibration (gptq, awq).
Quantization quantization_of(const DTypePolicy& policy);
// Whether integers take the place of the float weight.
inline bool stores_integers(Quantization mode) {
  return mode == Quantization::kInt8 || mode == Quantization::kInt4;
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
    Shape shape{};                           // int4: a matrix
    Shape scale_shape{};                     // unless there are blocks
    int block_axis = 0;                      // along which an int4 matrix is cut into blocks
    std::optional<int64_t> block_size = {};  // none: one scale for the whole line
  };
  void build(const Spec& spec, const AddWeight& add);

  explicit operator bool() const { return values_ != nullptr; }
  bool has_blocks() const { return zero_ != nullptr; }
  // int8, in the shape of the spec.
  Tensor integers() const;
  Tensor scale() const { return scale_->value(); }
  // The float weight that the integers stand for.
  Tensor dequantized(DType dtype) const;
  // The same for rows (of `integers()`) picked by ids: Embedding.
  Tensor dequantized_rows(const Tensor& ids, DType dtype) const;

 private:
  Tensor from_blocks(const Tensor& integers, const Tensor& scale, const Tensor& zero) const;

  Spec spec_;
  std::shared_ptr<Variable> values_, scale_, zero_, group_index_;
};

// Which block size an int4 layer has: that of its config, else that of its policy; none per
// channel.
std::optional<int64_t> int4_block_size(const DTypePolicy& policy,
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
  explicit operator bool() const { return inputs_scale_ != nullptr; }
  Tensor inputs(const Tensor& x, DType compute_dtype) const;
  Tensor kernel(const Tensor& x, DType compute_dtype) const;
  // float32 biases are rounded to bfloat16.
  static Tensor bias(const Tensor& bias, DType compute_dtype);

 private:
  std::shared_ptr<Variable> inputs_scale_, kernel_scale_;
};

}  // namespace keras
