// Embedding: a row of a table for each integer (keras/src/layers/core/embedding.py).
#include "base/error.h"
#include "layers/argument_validation.h"
#include "layers/lora.h"
#include "layers/shaped_layer.h"
#include "ops/core.h"
#include "ops/nn.h"
#include "ops/numpy.h"
#include "quantizers/quantization_config.h"

namespace keras {
namespace {

class Embedding final : public ShapedLayer {
 public:
  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("input_dim", input_dim_, "Number of rows: the largest integer plus one.", Field::kRequired);
    f("output_dim", output_dim_, "Size of a row.", Field::kRequired);
    f("embeddings_initializer", embeddings_initializer_, "Initializer of the table.");
    f("embeddings_regularizer", embeddings_regularizer_, "Regularizer of the table.");
    f("activity_regularizer", activity_regularizer_, "Regularizer of the output.");
    f("embeddings_constraint", embeddings_constraint_, "Constraint of the table.");
    f("mask_zero", mask_zero_, "Whether 0 is padding that later layers should skip.");
    f("input_length", input_length_, "Accepted for older configs.", Field::kReadOnly);
    f("quantization_config", quantization_config_, "How the layer is to be quantized.");
    lora_.fields(f);
  }

  void validate() override {
    check("input_dim", input_dim_);
    check("output_dim", output_dim_);
    lora_.validate();
    autocast_ = false;
  }

  bool supports_masking() const override { return mask_zero_; }

  Nest compute_mask(const Nest& inputs, const Nest&) override {
    if (!mask_zero_) return {};
    return ops::not_equal(inputs.as_tensor(), 0);
  }

  Tensor call(const Tensor& inputs, const CallArgs&) override {
    const bool is_index = inputs.dtype() == DType::kInt32 || inputs.dtype() == DType::kInt64;
    const Tensor ids = is_index ? inputs : ops::cast(inputs, DType::kInt32);
    const Tensor table = lora_.apply(embeddings_->value(), compute_dtype());
    return ops::cast(ops::embedding_lookup(table, ids), compute_dtype());
  }

 protected:
  Shape output_shape(const Shape& input_shape) const override {
    return input_shape.concat({output_dim_->as_int()});
  }

  // `input_dim` is this layer's own.
  bool is_legacy_argument(std::string_view key) const override {
    return key != "input_dim" && Layer::is_legacy_argument(key);
  }

  void build_layer(const BuildShapes&) override {
    const int64_t rows = input_dim_->as_int();
    const int64_t width = output_dim_->as_int();
    embeddings_ =
        add_weight("embeddings", {rows, width}, embeddings_initializer_,
                   {.regularizer = embeddings_regularizer_, .constraint = embeddings_constraint_});
    if (lora_.wanted()) enable_lora(rows, width);
  }

 private:
  static void check(const std::string& name, const json::Value& value) {
    if (value.is_int() && value.as_int() > 0) return;
    throw value_error("`" + name + "` must be a positive integer. Received: " + name + "=" +
                      python_str(value) + " (of type " + std::string(python_type_name(value)) + ").");
  }

  void enable_lora(int64_t rows, int64_t width) {
    if (embeddings_constraint_) {
      throw value_error(
          "Lora is incompatible with embedding constraints. In order to enable lora on this layer, "
          "remove the `embeddings_constraint` argument.");
    }
    const WeightOptions options{.dtype = DType::kFloat32, .regularizer = embeddings_regularizer_};
    const auto a = add_weight("lora_embeddings_a", {rows, lora_.rank()},
                              get_initializer("he_uniform"), options);
    lora_.enable(a, add_weight("lora_embeddings_b", {lora_.rank(), width}, get_initializer("zeros"),
                               options));
    embeddings_->set_trainable(false);
  }

  GivenInteger input_dim_, output_dim_;
  InitializerPtr embeddings_initializer_ = get_initializer("uniform");
  RegularizerPtr embeddings_regularizer_;
  ConstraintPtr embeddings_constraint_;
  bool mask_zero_ = false;
  json::Value input_length_;
  QuantizationConfigPtr quantization_config_;
  LoraUpdate lora_;
  std::shared_ptr<Variable> embeddings_;
};

}  // namespace

KERAS_LAYER(Embedding)

}  // namespace keras
