#include "layers/core/embedding.h"

#include "base/error.h"
#include "graph/keras_tensor.h"
#include "ops/core.h"
#include "ops/nn.h"
#include "ops/numpy.h"

namespace keras {
namespace {

void check_size(const std::string& name, const json::Value& value) {
  if (value.is_int() && value.as_int() > 0) return;
  raise_value_error({"`", name, "` must be a positive integer. Received: ", name, "=",
                     python_str(value), " (of type ", std::string(python_type_name(value)), ")."});
}

}  // namespace

KERAS_LAYER(Embedding)

void Embedding::fields(FieldVisitor& f) {
  Layer::fields(f);
  f("input_dim", input_dim_, "Number of rows: the largest integer plus one.", Field::kRequired);
  f("output_dim", output_dim_, "Size of a row.", Field::kRequired);
  f("embeddings_initializer", embeddings_initializer_, "Initializer of the table.");
  f("embeddings_regularizer", embeddings_regularizer_, "Regularizer of the table.");
  f("activity_regularizer", activity_regularizer_, "Regularizer of the output.");
  f("embeddings_constraint", embeddings_constraint_, "Constraint of the table.");
  f("mask_zero", mask_zero_, "Whether 0 is padding, which a mask hides from later layers.");
  f("input_length", input_length_, "Ignored; accepted for older configs.", Field::kReadOnly);
  f("quantization_config", quantization_config_, "How to quantize the layer.");
  lora_.fields(f);
}

void Embedding::validate() {
  check_size("input_dim", input_dim_);
  check_size("output_dim", output_dim_);
  lora_.validate();
  autocast_ = false;
}

bool Embedding::is_legacy_argument(std::string_view key) const {
  return key != "input_dim" && Layer::is_legacy_argument(key);
}

void Embedding::build_layer(const BuildShapes&) {
  const DTypePolicy& policy = own_dtype_policy();
  const Quantization mode = quantization_of(policy);
  if (mode == Quantization::kFloat8 || is_calibrated(mode)) {
    raise_not_implemented_error(
        {"Invalid quantization mode. Expected one of ('int8', 'int4'). Received: "
         "quantization_mode=",
         policy.quantization_mode()});
  }
  if (stores_integers(mode)) {
    QuantizedKernel::Spec spec{.name = "embeddings",
                               .mode = mode,
                               .shape = {rows(), width()},
                               .scale_axes = {1},
                               .scale_shape = {rows()},
                               .block_axis = 1,
                               .zero_name = "embeddings_zero"};
    take_sizes(spec, policy, quantization_config_);
    quantized_.build(spec, [this](const std::string& name, const Shape& shape, auto initializer,
                                  auto dtype, bool trainable) {
      return add_weight(name, shape, get_initializer(initializer),
                        {.dtype = dtype, .trainable = trainable});
    });
  } else {
    embeddings_ =
        add_weight("embeddings", {rows(), width()}, embeddings_initializer_,
                   {.regularizer = embeddings_regularizer_, .constraint = embeddings_constraint_});
  }
  if (lora_.wanted()) enable_lora();
}

void Embedding::enable_lora() {
  if (embeddings_constraint_) {
    raise_value_error(
        {"Lora is incompatible with embedding constraints. In order to enable lora on this layer, "
         "remove the `embeddings_constraint` argument."});
  }
  lora_.forget_alpha();
  const WeightOptions options{.dtype = DType::kFloat32, .regularizer = embeddings_regularizer_};
  const auto a = add_weight("lora_embeddings_a", {rows(), lora_.rank()},
                            get_initializer("he_uniform"), options);
  lora_.enable(a, add_weight("lora_embeddings_b", {lora_.rank(), width()}, get_initializer("zeros"),
                             options));
  if (embeddings_) embeddings_->set_trainable(false);
}

SavedState Embedding::saved_state() const {
  return saved_state_of({embeddings_, nullptr, quantized_, Float8Scales(), lora_}, compute_dtype());
}

Tensor Embedding::table() const {
  if (!embeddings_) {
    raise_value_error({"The table of layer '", name(), "' is quantized."});
  }
  return lora_.apply(embeddings_->value(), compute_dtype());
}

Tensor Embedding::look_up(const Tensor& ids) const {
  const bool is_index = ids.dtype() == DType::kInt32 || ids.dtype() == DType::kInt64;
  const Tensor index = is_index ? ids : ops::cast(ids, DType::kInt32);
  if (!quantized_) return ops::cast(ops::embedding_lookup(table(), index), compute_dtype());
  const Tensor rows = quantized_.dequantized_rows(index, compute_dtype());
  return lora_.enabled() ? lora_.add_to(rows, ops::take(lora_.a(), index, 0), compute_dtype())
                         : rows;
}

Tensor Embedding::mask_of(const Tensor& ids) const {
  return mask_zero_ ? ops::not_equal(ids, 0) : Tensor();
}

Tensor Embedding::call_one(const Tensor& inputs, const CallArgs&) {
  if (!inputs.is_abstract()) return look_up(inputs);
  return Tensor::abstract(inputs.shape().concat({width()}), compute_dtype());
}

Tree Embedding::compute_mask(const Tree& inputs, const Tree&) {
  return mask_of(inputs.as_tensor());
}

Tree Embedding::compute_output_spec(const CallArgs& args) {
  return make_keras_tensor(args.first().as_tensor().shape().concat({width()}), compute_dtype());
}

ShapeTree Embedding::compute_output_shape(const BuildShapes& shapes) {
  return shapes.first().shape().concat({width()});
}

}  // namespace keras
