// Dense: activation(inputs * kernel + bias) on the last axis (keras/src/layers/core/dense.py).
#include "base/error.h"
#include "layers/argument_validation.h"
#include "layers/lora.h"
#include "layers/quantized_kernel.h"
#include "layers/shaped_layer.h"
#include "ops/common/activate.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class Dense final : public ShapedLayer {
 public:
  Dense() { set_input_specs({{.min_ndim = 2}}); }

  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("units", units_, "Size of the output's last axis.", Field::kRequired);
    f("activation", activation_, "Activation of the output; linear when null.");
    f("use_bias", use_bias_, "Whether a bias vector is added.");
    f("kernel_initializer", kernel_initializer_, "Initializer of the kernel.");
    f("bias_initializer", bias_initializer_, "Initializer of the bias.");
    f("kernel_regularizer", kernel_regularizer_, "Regularizer of the kernel.");
    f("bias_regularizer", bias_regularizer_, "Regularizer of the bias.");
    f("kernel_constraint", kernel_constraint_, "Constraint of the kernel.");
    f("bias_constraint", bias_constraint_, "Constraint of the bias.");
    f("quantization_config", quantization_config_, "How to quantize the layer.");
    lora_.fields(f);
  }

  void validate() override {
    if (!units_->is_int() || units_->as_int() <= 0) {
      raise_value_error(
          {"Received an invalid value for `units`, expected a positive integer. Received: units=",
           python_str(units_)});
    }
    lora_.validate();
  }

  bool supports_masking() const override { return true; }

  const CallSignature& call_signature() const override {
    static const CallSignature signature("inputs, training=None");
    return signature;
  }

  Tensor call_one(const Tensor& inputs, const CallArgs&) override {
    return ops::activate(activation_, with_bias(inputs));
  }

  SavedState saved_state() const override {
    return saved_state_of({kernel_, bias_, quantized_, float8_, lora_}, compute_dtype());
  }

 protected:
  Shape output_shape(const Shape& input_shape) const override {
    dim_at(input_shape, -1);
    return input_shape.with_last(units_->as_int());
  }

  void build_one(const Shape& input_shape) override {
    const int64_t input_dim = dim_at(input_shape, -1);
    const int64_t units = units_->as_int();
    build_quantized({input_dim, units});
    if (!quantized_) {
      kernel_ = add_weight("kernel", {input_dim, units}, kernel_initializer_,
                           {.regularizer = kernel_regularizer_, .constraint = kernel_constraint_});
    }
    if (use_bias_) {
      bias_ = add_weight("bias", {units}, bias_initializer_,
                         {.regularizer = bias_regularizer_, .constraint = bias_constraint_});
    }
    set_input_specs({{.min_ndim = 2, .axes = {{-1, input_dim}}}});
    if (lora_.wanted()) enable_lora(input_dim);
  }

 private:
  Tensor with_bias(const Tensor& inputs) const {
    const Tensor bias = bias_ ? bias_->value() : Tensor();
    const DType dtype = compute_dtype();
    if (quantized_) {
      const Tensor x = quantized_product(inputs);
      return bias ? ops::add(x, bias) : x;
    }
    if (!float8_) return ops::matmul_bias(inputs, lora_.apply(kernel_->value(), dtype), bias);
    Float8Scales::refuse(lora_);
    return ops::matmul_bias(float8_.inputs(inputs, dtype), float8_.kernel(kernel_->value(), dtype),
                            bias ? Float8Scales::bias(bias, dtype) : bias);
  }

  Tensor quantized_product(const Tensor& inputs) const {
    const DType dtype = compute_dtype();
    Tensor x;
    if (quantized_.has_blocks() || quantized_.is_calibrated()) {
      x = quantized_.product(inputs, 1, {units_->as_int()}, dtype);
      if (!x) x = ops::matmul(inputs, quantized_.dequantized(dtype));
    } else if (input_quantizer_) {
      x = quantized_.product(inputs, *input_quantizer_, 1, dtype);
      if (!x) {
        const ops::Quantized q = quantize(*input_quantizer_, inputs, -1);
        x = ops::divide(ops::cast(ops::matmul(q.values, quantized_.integers()), dtype),
                        ops::multiply(quantized_.scale(), q.scale));
      }
    } else {
      x = ops::divide(ops::cast(ops::matmul(inputs, quantized_.integers()), dtype),
                      quantized_.scale());
    }
    return lora_.enabled() ? lora_.add_to(x, ops::matmul(inputs, lora_.a()), dtype) : x;
  }

  void build_quantized(const Shape& kernel) {
    const DTypePolicy& policy = own_dtype_policy();
    const Quantization mode = quantization_of(policy);
    const auto add = [this](const std::string& name, const Shape& shape, auto initializer,
                            auto dtype, bool trainable) {
      return add_weight(name, shape, get_initializer(initializer),
                        {.dtype = dtype, .trainable = trainable});
    };
    if (mode == Quantization::kFloat8) float8_.build(policy, add);
    if (!stores_integers(mode)) return;
    QuantizedKernel::Spec spec{.mode = mode, .shape = kernel, .scale_shape = {kernel.back()}};
    take_sizes(spec, policy, quantization_config_);
    quantized_.build(spec, add);
    input_quantizer_ = input_quantizer(mode, quantization_config_);
  }

  void enable_lora(int64_t input_dim) {
    if (kernel_constraint_) {
      raise_value_error(
          {"Lora is incompatible with kernel constraints. In order to enable lora on this layer, "
           "remove the `kernel_constraint` argument."});
    }
    check_lora(quantization_of(own_dtype_policy()));
    lora_.forget_alpha();
    const WeightOptions options{.dtype = DType::kFloat32, .regularizer = kernel_regularizer_};
    const auto a = add_weight("lora_kernel_a", {input_dim, lora_.rank()},
                              get_initializer("he_uniform"), options);
    lora_.enable(a, add_weight("lora_kernel_b", {lora_.rank(), units_->as_int()},
                               get_initializer("zeros"), options));
    if (kernel_) kernel_->set_trainable(false);
  }

  GivenInteger units_;
  Activation activation_;
  bool use_bias_ = true;
  InitializerPtr kernel_initializer_ = get_initializer("glorot_uniform");
  InitializerPtr bias_initializer_ = get_initializer("zeros");
  RegularizerPtr kernel_regularizer_, bias_regularizer_;
  ConstraintPtr kernel_constraint_, bias_constraint_;
  QuantizationConfigPtr quantization_config_;
  LoraUpdate lora_;
  std::shared_ptr<Variable> kernel_, bias_;
  // Replaces or wraps the kernel when the dtype policy quantizes.
  QuantizedKernel quantized_;
  QuantizerPtr input_quantizer_;
  Float8Scales float8_;
};

}  // namespace

KERAS_LAYER(Dense)

}  // namespace keras
