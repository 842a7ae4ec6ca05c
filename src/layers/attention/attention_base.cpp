#include "layers/attention/attention_base.h"

#include "base/error.h"
#include "json/repr.h"
#include "layers/make_layer.h"
#include "ops/ops.h"
#include "serialization/live_objects.h"

namespace keras {
namespace {

InitializerPtr clone_of(const InitializerPtr& initializer) {
  return initializer ? initializer->clone() : nullptr;
}

}  // namespace

void AttentionBase::validate() {
  const bool valid =
      sliding_window_.is_null() || (sliding_window_.is_int() && sliding_window_.as_int() > 0);
  if (!valid) {
    raise_value_error(
        {"`sliding_window` must be `None` or a positive integer. Received: sliding_window=",
         repr(sliding_window_)});
  }
  if (flash_attention_.truthy() && dropout_ > 0) {
    raise_value_error(
        {"Dropout is not supported when flash attention is enabled. Please set dropout to 0.0 to "
         "use flash attention."});
  }
}

void AttentionBase::weight_fields(FieldVisitor& f, RegularizerPtr& activity_regularizer) {
  f("kernel_initializer", kernel_initializer_, "Initializer of the projections' kernels.");
  f("bias_initializer", bias_initializer_, "Initializer of the projections' biases.");
  f("kernel_regularizer", kernel_regularizer_, "Regularizer of the projections' kernels.");
  f("bias_regularizer", bias_regularizer_, "Regularizer of the projections' biases.");
  f("activity_regularizer", activity_regularizer, "Regularizer of the projections' outputs.");
  f("kernel_constraint", kernel_constraint_, "Constraint of the projections' kernels.");
  f("bias_constraint", bias_constraint_, "Constraint of the projections' biases.");
  f("seed", seed_, "Seed of the dropout masks.");
  f("flash_attention", flash_attention_, "Whether Keras may use flash attention; no effect here.",
    Field::kReadOnly);
}

const CallSignature& AttentionBase::call_signature() const {
  static const CallSignature signature(
      "query, value, key=None, query_mask=None, value_mask=None, key_mask=None, "
      "attention_mask=None, return_attention_scores=False, training=None, use_causal_mask=False");
  return signature;
}

std::vector<std::string> AttentionBase::build_arguments() const {
  return {"query_shape", "value_shape", "key_shape"};
}

AttentionBase::Shapes AttentionBase::shapes_from(const BuildShapes& shapes) const {
  const ShapeTree& value = shapes.get("value_shape");
  if (!shapes.get("query_shape").is_shape() || !value.is_shape()) {
    raise_type_error(
        {std::string(class_info().class_name), ".build() needs the shapes of query and value"});
  }
  const ShapeTree& key = shapes.get("key_shape");
  Shapes out{shapes.get("query_shape").shape(), value.shape(),
             key.is_shape() ? key.shape() : value.shape()};
  if (out.value.slice(1, out.value.rank() - 1) != out.key.slice(1, out.key.rank() - 1)) {
    raise_value_error(
        {"All dimensions of `value` and `key`, except the last one, must be equal. Received: "
         "value_shape=",
         repr(out.value), " and key_shape=", repr(out.key)});
  }
  return out;
}

void AttentionBase::build_layer(const BuildShapes& shapes) { build_attention(shapes_from(shapes)); }

LayerPtr AttentionBase::project(const Projection& projection, const Shape& input_shape) {
  // Each projection draws its own values, so each gets a copy of the initializer.
  LayerPtr layer = make_layer(
      "EinsumDense", {{"equation", projection.equation},
                      {"output_shape", FieldTraits<Shape>::write(projection.output_shape)},
                      {"bias_axes", use_bias_ ? json::Value(projection.bias_axes) : json::Value()},
                      {"activation", projection.activation},
                      {"name", projection.name},
                      {"kernel_regularizer", live_value(kernel_regularizer_)},
                      {"bias_regularizer", live_value(bias_regularizer_)},
                      {"activity_regularizer", live_value(projection_activity_regularizer_)},
                      {"kernel_constraint", live_value(kernel_constraint_)},
                      {"bias_constraint", live_value(bias_constraint_)},
                      {"dtype", live_value(dtype_policy())},
                      {"kernel_initializer", live_value(clone_of(kernel_initializer_))},
                      {"bias_initializer", live_value(clone_of(bias_initializer_))}});
  layer->build(ShapeTree(input_shape));
  track(layer);
  return layer;
}

void AttentionBase::add_softmax_and_dropout(const std::vector<int64_t>& softmax_axes) {
  json::Array axes(softmax_axes.begin(), softmax_axes.end());
  const json::Value axis = axes.size() == 1 ? axes.front() : json::Value(std::move(axes));
  softmax_ = make_layer("Softmax", {{"axis", axis}, {"dtype", live_value(dtype_policy())}});
  dropout_layer_ = make_layer("Dropout", {{"rate", dropout_.json()},
                                          {"dtype", live_value(dtype_policy())},
                                          {"seed", FieldTraits<Seed>::write(seed_)}});
  track(softmax_);
  track(dropout_layer_);
}

ShapeTree AttentionBase::compute_output_shape(const BuildShapes& shapes) {
  return output_shape(shapes_from(shapes));
}

Tree AttentionBase::compute_output_spec(const CallArgs& args) {
  const Shapes shapes = shapes_from(build_shapes_of(args));
  const Tensor output = make_keras_tensor(output_shape(shapes), compute_dtype());
  if (!args.flag("return_attention_scores")) return output;
  return Tree::tuple({output, make_keras_tensor(promised_scores_shape(shapes), compute_dtype())});
}

Tree AttentionBase::attend_with(const CallArgs& args, const Tensor& query_mask) {
  const Tensor query = args.tensor("query");
  const Tensor value = args.tensor("value");
  const Tensor key = args.get("key").is_none() ? value : args.tensor("key");
  const bool wants_scores = args.flag("return_attention_scores");
  if (query.is_abstract() || value.is_abstract() || key.is_abstract()) {
    const Shapes shapes{query.shape(), value.shape(), key.shape()};
    const Tensor output = Tensor::abstract(output_shape(shapes), compute_dtype());
    if (!wants_scores) return output;
    return Tree::tuple({output, Tensor::abstract(promised_scores_shape(shapes), compute_dtype())});
  }

  AttentionMasks masks{.query = query_mask,
                       .value = args.tensor("value_mask"),
                       .key = args.tensor("key_mask"),
                       .attention = args.tensor("attention_mask"),
                       .causal = args.flag("use_causal_mask")};
  if (sliding_window_.is_int()) masks.sliding_window = sliding_window_.as_int();
  Inputs inputs;
  inputs.only_causal = masks.only_causal();
  inputs.wants_scores = wants_scores;
  inputs.training = args.get("training");
  if (!inputs.only_causal) {
    inputs.mask = merged_attention_mask(masks, query.shape()[1], value.shape()[1]);
  }
  const Tensor gate = use_gate_ ? gate_dense_->apply_one(query) : Tensor();
  inputs.query = query_dense_->apply_one(query);
  inputs.key = key_dense_->apply_one(key);
  inputs.value = value_dense_->apply_one(value);

  const ops::AttentionResult result = attend(inputs);
  const Tensor attended = use_gate_ ? ops::multiply(result.output, gate) : result.output;
  const Tensor output = output_dense_->apply_one(attended);
  if (!wants_scores) return output;
  return Tree::tuple({output, result.scores});
}

Tensor AttentionBase::causal_mask_of(const Inputs& inputs) {
  return causal_mask(inputs.query.shape()[1], inputs.value.shape()[1]);
}

ops::AttentionResult AttentionBase::attend(const Inputs& inputs) const {
  if (dropout_ > 0 && inputs.training.is_bool() && inputs.training.as_bool()) {
    const int64_t repeats = inputs.query.shape()[2] / inputs.key.shape()[2];
    Inputs repeated = inputs;
    if (repeats > 1) {
      repeated.key = ops::repeat(inputs.key, repeats, 2);
      repeated.value = ops::repeat(inputs.value, repeats, 2);
    }
    return attend_by_einsum(repeated, "bsnh,btnh->bnts", "bnts,bsnh->btnh", {-1});
  }
  // As in Keras: the Softmax layer masks scores that are returned; otherwise the
  // fused operation does.
  ops::AttentionOptions options{.scale = scale(),
                                .is_causal = inputs.only_causal && !inputs.wants_scores,
                                .zero_masked = dropout_ > 0 || inputs.wants_scores};
  const Tensor mask =
      inputs.only_causal && inputs.wants_scores ? causal_mask_of(inputs) : inputs.mask;
  const Tensor scores_mask = mask ? expanded_mask(mask, 1, 4) : Tensor();
  if (!inputs.wants_scores) {
    return {ops::dot_product_attention(inputs.query, inputs.key, inputs.value, {}, scores_mask,
                                       options),
            {}};
  }
  const ops::AttentionResult result =
      ops::attention_with_scores(inputs.query, inputs.key, inputs.value, {}, scores_mask, options);
  // A Softmax layer called with a mask sets it on its output.
  if (scores_mask) result.scores.set_mask(scores_mask);
  return result;
}

ops::AttentionResult AttentionBase::attend_by_einsum(
    Inputs inputs, const std::string& dot_product, const std::string& combine,
    const std::vector<int64_t>& softmax_axes) const {
  if (inputs.only_causal) inputs.mask = causal_mask_of(inputs);
  const Tensor query = ops::multiply(inputs.query, scale());
  Tensor scores = ops::einsum(dot_product, {inputs.key, query});
  if (inputs.mask) {
    const int attention_axes = static_cast<int>(softmax_axes.size());
    const Tensor mask = expanded_mask(inputs.mask, attention_axes, scores.rank());
    scores = ops::masked_softmax(scores, mask, softmax_axes);
    scores.set_mask(mask);
  } else {
    scores = ops::softmax(scores, softmax_axes);
  }
  Tensor kept = scores;
  if (dropout_ > 0) {
    kept = dropout_layer_->apply_one(scores, Tree::Dict{{{"training", inputs.training}}});
  }
  return {ops::einsum(combine, {kept, inputs.value}), scores};
}

}  // namespace keras
