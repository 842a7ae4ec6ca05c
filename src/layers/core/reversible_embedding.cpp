// ReversibleEmbedding: an Embedding that can also project vectors back to logits
// (keras/src/layers/core/reversible_embedding.py).
#include "base/error.h"
#include "graph/keras_tensor.h"
#include "layers/core/embedding.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class ReversibleEmbedding final : public Embedding {
 public:
  void fields(FieldVisitor& f) override {
    Embedding::fields(f);
    f("tie_weights", tie_weights_, "Whether both directions use the same table.");
    f("reverse_dtype", reverse_dtype_, "Dtype of the reverse projection; the layer's when null.");
    f("logit_soft_cap", logit_soft_cap_, "Soft upper bound of the scores; unbounded when null.");
  }

  const CallSignature& call_signature() const override {
    static const CallSignature signature("inputs, reverse=False");
    return signature;
  }

  // `call` sets the mask, and only on embeddings.
  Tree compute_mask(const Tree&, const Tree&) override { return {}; }

  Tensor call_one(const Tensor& inputs, const CallArgs& args) override {
    const bool reverse = args.flag("reverse");
    if (inputs.is_abstract()) {
      return Tensor::abstract(output_shape(inputs.shape(), reverse), compute_dtype());
    }
    if (reverse) return capped(quantized_ ? quantized_scores(inputs) : scores(inputs));
    const Tensor result = look_up(inputs).alias();
    if (const Tensor mask = mask_of(inputs)) result.set_mask(mask);
    return result;
  }

  SavedState saved_state() const override {
    SavedState state = Embedding::saved_state();
    if (reverse_embeddings_) state.variables.push_back(reverse_embeddings_);
    if (reverse_quantized_) {
      state.variables.push_back(reverse_quantized_.values());
      for (const auto& variable : reverse_quantized_.scales()) state.variables.push_back(variable);
    }
    return state;
  }

  Tree compute_output_spec(const CallArgs& args) override {
    return make_keras_tensor(output_shape(args.first().as_tensor().shape(), args.flag("reverse")),
                             compute_dtype());
  }

 protected:
  void build_layer(const BuildShapes& shapes) override {
    Embedding::build_layer(shapes);
    if (tie_weights_ && !quantized_) return;
    const Quantization mode = quantization_of(own_dtype_policy());
    if (!quantized_) {
      reverse_embeddings_ =
          add_weight("reverse_embeddings", {width(), rows()}, embeddings_initializer_);
      return;
    }
    // int4 layers also quantize their inputs, unless the config says otherwise.
    input_quantizer_ = quantization_config_ ? input_quantizer(mode, quantization_config_)
                                            : input_quantizer(Quantization::kInt8, nullptr);
    if (tie_weights_) return;
    QuantizedKernel::Spec spec{.name = "reverse_embeddings",
                               .mode = mode,
                               .shape = {width(), rows()},
                               .scale_shape = {rows()},
                               .pack_axis = 0,
                               .zero_name = "reverse_embeddings_zero",
                               .zero_dtype = variable_dtype(),
                               .group_index = quantized_.group_index()};
    take_sizes(spec, own_dtype_policy(), quantization_config_);
    reverse_quantized_.build(spec, [this](const std::string& name, const Shape& shape,
                                          auto initializer, auto dtype, bool trainable) {
      return add_weight(name, shape, get_initializer(initializer),
                        {.dtype = dtype, .trainable = trainable});
    });
  }

 private:
  Shape output_shape(const Shape& input, bool reverse) const {
    return reverse ? input.with_last(rows()) : input.concat({width()});
  }

  Tensor scores(Tensor inputs) const {
    Tensor kernel = tie_weights_ ? ops::transpose(table()) : reverse_embeddings_->value();
    if (reverse_dtype_) {
      inputs = ops::cast(inputs, *reverse_dtype_);
      kernel = ops::cast(kernel, *reverse_dtype_);
    }
    return ops::matmul(inputs, kernel);
  }

  ops::Quantized quantized_inputs(const Tensor& inputs) const {
    if (input_quantizer_) return quantize(*input_quantizer_, inputs, -1);
    return {inputs, ops::ones({1}, compute_dtype())};
  }

  Tensor quantized_scores(const Tensor& inputs) const {
    const DType dtype = compute_dtype();
    if (quantized_.has_blocks()) {
      const Tensor kernel = tie_weights_ ? ops::transpose(quantized_.dequantized(dtype))
                                         : reverse_quantized_.dequantized(dtype);
      const ops::Quantized q = quantized_inputs(inputs);
      return ops::divide(ops::matmul(q.values, kernel), q.scale);
    }
    const Tensor kernel =
        tie_weights_ ? ops::transpose(quantized_.integers()) : reverse_quantized_.integers();
    const Tensor scale = tie_weights_ ? quantized_.scale() : reverse_quantized_.scale();
    if (input_quantizer_ && dtype == DType::kFloat32 && scale.dtype() == dtype) {
      const ops::QuantizerRange range = range_of(*input_quantizer_);
      if (ops::can_multiply_quantized(inputs, range, kernel, 1))
        return ops::multiply_quantized(inputs, range, kernel, scale, 1);
    }
    const ops::Quantized q = quantized_inputs(inputs);
    return ops::divide(ops::cast(ops::matmul(q.values, kernel), dtype),
                       ops::multiply(q.scale, scale));
  }

  Tensor capped(const Tensor& logits) const {
    if (!logit_soft_cap_) return logits;
    const double cap = *logit_soft_cap_;
    return ops::multiply(ops::tanh(ops::divide(logits, cap)), cap);
  }

  bool tie_weights_ = true;
  std::optional<DType> reverse_dtype_;
  std::optional<Number> logit_soft_cap_;
  std::shared_ptr<Variable> reverse_embeddings_;
  QuantizedKernel reverse_quantized_;
  QuantizerPtr input_quantizer_;
};

}  // namespace

KERAS_LAYER(ReversibleEmbedding)

}  // namespace keras
