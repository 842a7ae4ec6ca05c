// EinsumDense: a Dense layer with any einsum as its product
// (keras/src/layers/core/einsum_dense.py).
#include <algorithm>

#include "base/error.h"
#include "layers/argument_validation.h"
#include "layers/core/einsum_equation.h"
#include "layers/lora.h"
#include "layers/quantized_kernel.h"
#include "layers/shaped_layer.h"
#include "ops/common/activate.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras {
namespace {

using OutputShape = Given<"number | readonly (number | null)[]">;

class EinsumDense final : public ShapedLayer {
 public:
  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("output_shape", output_shape_,
      "Shape of the output, without the batch and the axes of an ellipsis.", Field::kRequired);
    f("equation", equation_, "The product, such as `abc,cd->abd`.", Field::kRequired);
    f("activation", activation_, "Activation of the output; linear when null.");
    f("bias_axes", bias_axes_,
      "Output axes of the bias, as letters of the equation; no bias when null.");
    f("kernel_initializer", kernel_initializer_, "Initializer of the kernel.");
    f("bias_initializer", bias_initializer_, "Initializer of the bias.");
    f("kernel_regularizer", kernel_regularizer_, "Regularizer of the kernel.");
    f("bias_regularizer", bias_regularizer_, "Regularizer of the bias.");
    f("activity_regularizer", activity_regularizer_, "Regularizer of the output.");
    f("kernel_constraint", kernel_constraint_, "Constraint of the kernel.");
    f("bias_constraint", bias_constraint_, "Constraint of the bias.");
    f("quantization_config", quantization_config_, "How to quantize the layer.");
    lora_.fields(f);
    f("gptq_unpacked_column_size", gptq_unpacked_column_size_, "Kept for layers quantized by GPTQ.",
      Field::kOmitNull);
  }

  void validate() override {
    if (!output_shape_->is_array()) output_shape_ = json::Value(json::Array{output_shape_.value});
    at_path("output_shape", [&] {
      for (const json::Value& dim : output_shape_->as_array()) {
        partial_output_shape_.push_back(dim.is_null() ? kNone : dim.as_int());
      }
    });
    if (gptq_unpacked_column_size_ == 0) gptq_unpacked_column_size_.reset();
    lora_.validate();
  }

  const CallSignature& call_signature() const override {
    static const CallSignature signature("inputs, training=None");
    return signature;
  }

  Tensor call_one(const Tensor& inputs, const CallArgs&) override {
    Tensor x = quantized_ ? quantized_product(inputs) : product(inputs);
    if (bias_) {
      const Tensor bias = bias_->value();
      x = ops::add(x, float8_ ? Float8Scales::bias(bias, compute_dtype()) : bias);
    }
    return ops::activate(activation_, x);
  }

  SavedState saved_state() const override {
    return saved_state_of({kernel_, bias_, quantized_, float8_, lora_}, compute_dtype());
  }

 protected:
  Shape output_shape(const Shape& input_shape) const override {
    return analyze(input_shape).output;
  }

  void build_one(const Shape& input_shape) override {
    const EinsumShapes shapes = analyze(input_shape);
    set_input_specs({{.ndim = input_shape.rank()}});
    build_quantized(shapes, input_shape.rank());
    if (!quantized_) {
      kernel_ = add_weight("kernel", shapes.kernel, kernel_initializer_for(shapes),
                           {.regularizer = kernel_regularizer_, .constraint = kernel_constraint_});
    }
    if (shapes.bias) {
      bias_ = add_weight("bias", *shapes.bias, bias_initializer_,
                         {.regularizer = bias_regularizer_, .constraint = bias_constraint_});
    }
    if (lora_.wanted()) enable_lora(shapes.kernel);
  }

 private:
  EinsumShapes analyze(const Shape& input_shape) const {
    return analyze_einsum(equation_, bias_axes_, input_shape, partial_output_shape_);
  }

  Tensor product(const Tensor& inputs) const {
    const DType dtype = compute_dtype();
    if (!float8_) return ops::einsum(equation_, {inputs, lora_.apply(kernel_->value(), dtype)});
    Float8Scales::refuse(lora_);
    return ops::einsum(equation_,
                       {float8_.inputs(inputs, dtype), float8_.kernel(kernel_->value(), dtype)});
  }

  Tensor quantized_product(const Tensor& inputs) const {
    const DType dtype = compute_dtype();
    const bool int8 = kernel_shape_.empty();
    Tensor x = matrix_product(inputs);
    // int4 kernels are stored as matrices and dequantized to floats.
    const Tensor kernel = x ? Tensor()
                          : int8
                              ? quantized_.integers()
                              : ops::reshape(quantized_.dequantized(dtype), kernel_shape_.dims());
    if (x) {
      // in one step
    } else if (input_quantizer_ && !quantized_.has_blocks()) {
      const EinsumScale layout = input_scale(equation_, inputs.rank());
      const ops::Quantized q = quantize(*input_quantizer_, inputs, layout.summed);
      x = ops::cast(ops::einsum(equation_, {q.values, kernel}), dtype);
      const Tensor scale = scale_for_output(q.scale, layout);
      x = ops::divide(x, int8 ? ops::multiply(scale, quantized_.scale()) : scale);
    } else {
      x = ops::cast(ops::einsum(equation_, {inputs, kernel}), dtype);
      if (int8) x = ops::divide(x, quantized_.scale());
    }
    if (!lora_.enabled()) return x;
    return lora_.add_to(x, ops::einsum(equation_, {inputs, lora_.a()}), dtype);
  }

  // The product where it is one of matrices that a step computes with the stored integers.
  Tensor matrix_product(const Tensor& inputs) const {
    const auto inner = inner_axes(equation_, inputs.rank());
    if (!inner) return {};
    if (!kernel_shape_.empty()) {
      if (input_quantizer_ && !quantized_.has_blocks()) return {};
      const Shape columns = kernel_shape_.slice(*inner, kernel_shape_.rank());
      return columns.size() == quantized_.columns()
                 ? quantized_.product(inputs, *inner, columns, compute_dtype())
                 : Tensor();
    }
    if (!input_quantizer_) return {};
    return quantized_.product(inputs, *input_quantizer_, *inner, compute_dtype());
  }

  // Rearranges scales from the axes of the inputs (size 1 where summed) to the axes of the output.
  static Tensor scale_for_output(const Tensor& scale, const EinsumScale& layout) {
    std::vector<int64_t> order = layout.kept;
    order.insert(order.end(), layout.summed.begin(), layout.summed.end());
    std::vector<int64_t> shape;
    const Tensor ordered = ops::transpose(scale, order);
    for (size_t i = 0; i < layout.kept.size(); ++i) {
      shape.push_back(ordered.shape()[static_cast<int>(i)]);
    }
    const Tensor kept = ops::reshape(ordered, shape);
    return layout.missing.empty() ? kept : ops::expand_dims(kept, layout.missing);
  }

  static int64_t sizes_of(const Shape& shape, const std::vector<int64_t>& axes) {
    int64_t size = 1;
    for (const int64_t axis : axes) size *= shape[static_cast<int>(axis)];
    return size;
  }

  // How GPTQ and AWQ reshape a kernel to a matrix: the position of its largest axis tells whether
  // it projects from or to the features.
  int64_t calibrated_rows(Quantization mode) const {
    const std::vector<int64_t>& dims = kernel_shape_.dims();
    if (dims.size() != 2 && dims.size() != 3) {
      raise_value_error({mode == Quantization::kAwq ? "AWQ" : "GPTQ",
                         " quantization only supports 2D or 3D kernels."});
    }
    const bool from_features = std::max_element(dims.begin(), dims.end()) == dims.begin();
    return dims.size() == 2 || from_features ? dims[0] : dims[0] * dims[1];
  }

  void build_quantized(const EinsumShapes& shapes, int input_rank) {
    const DTypePolicy& policy = own_dtype_policy();
    const Quantization mode = quantization_of(policy);
    const auto add = [this](const std::string& name, const Shape& shape, auto initializer,
                            auto dtype, bool trainable) {
      return add_weight(name, shape, get_initializer(initializer),
                        {.dtype = dtype, .trainable = trainable});
    };
    if (mode == Quantization::kFloat8) float8_.build(policy, add);
    if (!stores_integers(mode)) return;
    const EinsumScale layout = kernel_scale(equation_, input_rank);
    QuantizedKernel::Spec spec{.mode = mode, .shape = shapes.kernel};
    if (mode == Quantization::kInt8) {
      spec.scale_shape = Shape(std::vector<int64_t>(layout.kept.size() + layout.missing.size(), 1));
      auto kept = layout.kept.begin();
      for (int axis = 0; axis < spec.scale_shape.rank(); ++axis) {
        const bool missing =
            std::find(layout.missing.begin(), layout.missing.end(), axis) != layout.missing.end();
        if (!missing) spec.scale_shape[axis] = shapes.kernel[static_cast<int>(*kept++)];
      }
      spec.scale_axes = spec.scale_order = layout.summed;
      spec.scale_order.insert(spec.scale_order.begin(), layout.kept.begin(), layout.kept.end());
    } else {
      kernel_shape_ = shapes.kernel;
      const int64_t rows =
          is_calibrated(mode) ? calibrated_rows(mode) : sizes_of(kernel_shape_, layout.summed);
      const int64_t columns = rows == 0 ? 0 : shapes.kernel.size() / rows;
      spec.shape = {rows, columns};
      spec.scale_shape = {columns};
      if (is_calibrated(mode)) spec.zero_name = "zero_point";
      if (mode == Quantization::kGptq) gptq_unpacked_column_size_ = columns;
      take_sizes(spec, policy, quantization_config_);
    }
    quantized_.build(spec, add);
    input_quantizer_ = input_quantizer(mode, quantization_config_);
  }

  // Fan-based initializers are given the input and output axes.
  InitializerPtr kernel_initializer_for(const EinsumShapes& shapes) const {
    if (!kernel_initializer_) return nullptr;
    json::Object config = kernel_initializer_->get_config();
    json::Value* input_axes = config.find("input_axes");
    json::Value* output_axes = config.find("output_axes");
    if (input_axes == nullptr || output_axes == nullptr) return kernel_initializer_;
    if (!input_axes->is_null() && !output_axes->is_null()) return kernel_initializer_;
    *input_axes = json_list(shapes.input_axes);
    *output_axes = json_list(shapes.output_axes);
    return std::static_pointer_cast<Initializer>(
        from_config(kernel_initializer_->class_info(), config));
  }

  void enable_lora(const Shape& kernel) {
    if (kernel_constraint_) {
      raise_value_error(
          {"Lora is incompatible with kernel constraints. In order to enable lora on this layer, "
           "remove the `kernel_constraint` argument."});
    }
    check_lora(quantization_of(own_dtype_policy()));
    const WeightOptions options{.dtype = DType::kFloat32, .regularizer = kernel_regularizer_};
    const auto a = add_weight("lora_kernel_a", kernel.with_last(lora_.rank()),
                              get_initializer("he_uniform"), options);
    lora_.enable(a, add_weight("lora_kernel_b", {lora_.rank(), kernel.back()},
                               get_initializer("zeros"), options));
    if (kernel_) kernel_->set_trainable(false);
  }

  OutputShape output_shape_;
  Shape partial_output_shape_;
  std::string equation_;
  Activation activation_;
  std::optional<std::string> bias_axes_;
  InitializerPtr kernel_initializer_ = get_initializer("glorot_uniform");
  InitializerPtr bias_initializer_ = get_initializer("zeros");
  RegularizerPtr kernel_regularizer_, bias_regularizer_;
  ConstraintPtr kernel_constraint_, bias_constraint_;
  QuantizationConfigPtr quantization_config_;
  LoraUpdate lora_;
  std::optional<int64_t> gptq_unpacked_column_size_;
  std::shared_ptr<Variable> kernel_, bias_;
  // Replaces or wraps the kernel when the dtype policy quantizes.
  QuantizedKernel quantized_;
  Shape kernel_shape_;  // of an int4 kernel
  QuantizerPtr input_quantizer_;
  Float8Scales float8_;
};

}  // namespace

KERAS_LAYER(EinsumDense)

}  // namespace keras
