#include "layers/attention/attention.h"

#include "base/error.h"
#include "layers/attention/attention_mask.h"
#include "ops/ops.h"

namespace keras {

KERAS_LAYER(Attention)

void Attention::fields(FieldVisitor& f) {
  Layer::fields(f);
  f("use_scale", use_scale_, "Whether the scores are multiplied by a weight.");
  f("score_mode", score_mode_, "How query and key are compared: `dot` or `concat`.");
  f("dropout", dropout_, "Fraction of the scores to drop in training.");
  f("seed", seed_, "Seed of the dropout masks.");
}

void Attention::validate() {
  if (dropout_ > 0) {
    seed_generator_ = SeedGenerator::make(seed_);
    track(seed_generator_);
  }
  if (score_mode_ != "dot" && score_mode_ != "concat") {
    raise_value_error(
        {"Invalid value for argument score_mode. Expected one of {'dot', 'concat'}. Received: "
         "score_mode=",
         score_mode_});
  }
}

const CallSignature& Attention::call_signature() const {
  static const CallSignature signature(
      "inputs, mask=None, training=False, return_attention_scores=False, use_causal_mask=False");
  return signature;
}

void Attention::check_inputs(const Tree& inputs, const Tree& mask) const {
  const std::string name(class_info().class_name);
  if (!inputs.is_list()) {
    raise_value_error(
        {name,
         " layer must be called on a list of inputs, namely [query, value] or [query, "
         "value, key]. Received: inputs=",
         repr(inputs), "."});
  }
  const size_t count = inputs.items().size();
  if (count < 2 || count > 3) {
    raise_value_error({name,
                       " layer accepts inputs list of length 2 or 3, namely [query, value] or "
                       "[query, value, key]. Received length: ",
                       std::to_string(count), "."});
  }
  if (mask.is_none()) return;
  if (!mask.is_list()) {
    raise_value_error(
        {name, " layer mask must be a list, namely [query_mask, value_mask]. Received: mask=",
         repr(mask), "."});
  }
  if (mask.items().size() < 2 || mask.items().size() > 3) {
    raise_value_error({name, " layer accepts mask list of length 2 or 3. Received: inputs=",
                       repr(inputs), ", mask=", repr(mask), "."});
  }
}

void Attention::build_layer(const BuildShapes& shapes) {
  const ShapeTree& tree = shapes.first();
  check_inputs(map_shapes(tree, [](const Shape& shape) { return Tree(repr(shape)); }), {});
  build_scores(tree.list().front().shape());
}

void Attention::build_scores(const Shape&) {
  if (use_scale_) scale_ = add_weight("scale", {}, get_initializer("ones"));
  if (score_mode_ == "concat") {
    concat_score_weight_ = add_weight("concat_score_weight", {}, get_initializer("ones"));
  }
}

Tensor Attention::scores(const Tensor& query, const Tensor& key) const {
  if (score_mode_ == "dot") {
    const Tensor scores = ops::matmul(query, ops::swapaxes(key, -2, -1));
    return scale_ ? ops::multiply(scores, scale_->value()) : scores;
  }
  Tensor sum = ops::add(ops::expand_dims(query, -2), ops::expand_dims(key, -3));
  if (scale_) sum = ops::multiply(scale_->value(), sum);
  return ops::multiply(concat_score_weight_->value(), ops::sum(ops::tanh(sum), -1));
}

Tensor Attention::masked(const Tensor& scores, const Tensor& value_mask, bool causal) const {
  Tensor mask = value_mask;
  if (causal) {
    const Shape& shape = scores.shape();
    mask = causal_mask(shape[shape.rank() - 2], shape.back());
    if (value_mask) mask = ops::logical_and(ops::expand_dims(value_mask, -2), mask);
  }
  if (!mask) return scores;
  if (mask.rank() == 2) mask = ops::expand_dims(mask, -2);
  // float16 cannot represent 1e9; this is its maximum.
  const double far = scores.dtype() == DType::kFloat16 ? 65504.0 : 1.0e9;
  return ops::where(ops::logical_not(mask), ops::subtract(scores, far), scores);
}

Tree Attention::call(const CallArgs& args) {
  const Tree& inputs = args.first();
  const Tree& mask = args.get("mask");
  check_inputs(inputs, mask);
  const Tree::Sequence& tensors = inputs.items();
  const Tensor query = tensors[0].as_tensor();
  const Tensor value = tensors[1].as_tensor();
  const Tensor key = tensors.size() > 2 ? tensors[2].as_tensor() : value;
  const bool wants_scores = args.flag("return_attention_scores");
  if (query.is_abstract() || value.is_abstract()) {
    const Shape batch = query.shape().slice(0, query.rank() - 1);
    const Tensor output = Tensor::abstract(batch.concat({value.shape().back()}), compute_dtype());
    if (!wants_scores) return output;
    const int64_t keys = key.shape()[key.rank() - 2];
    return Tree::tuple({output, Tensor::abstract(batch.concat({keys}), compute_dtype())});
  }
  const auto mask_at = [&](size_t i) {
    return mask.is_none() || mask.items()[i].is_none() ? Tensor() : mask.items()[i].as_tensor();
  };
  Tensor weights =
      ops::softmax(masked(scores(query, key), mask_at(1), args.flag("use_causal_mask")), -1);
  if (args.training() && dropout_ > 0) {
    weights = ops::dropout(weights, dropout_, std::nullopt, seed_generator_->next());
  }
  Tensor output = ops::matmul(weights, value);
  if (const Tensor query_mask = mask_at(0)) {
    output = ops::where(ops::expand_dims(query_mask, -1), output, 0);
  }
  return wants_scores ? Tree::tuple({output, weights}) : Tree(output);
}

Tree Attention::compute_output_spec(const CallArgs& args) {
  check_inputs(args.first(), args.get("mask"));
  return map_structure(infer(args), [&](const Tree& leaf) {
    return Tree(make_keras_tensor(leaf.as_tensor().shape(), compute_dtype()));
  });
}

ShapeTree Attention::compute_output_shape(const BuildShapes& shapes) {
  const ShapeTree::List& list = shapes.first().list();
  const Shape& query = list.at(0).shape();
  return query.with_last(list.at(1).shape().back());
}

Tree Attention::compute_mask(const Tree& inputs, const Tree& previous_mask) {
  check_inputs(inputs, previous_mask);
  return previous_mask.is_none() ? Tree() : previous_mask.items().front();
}

}  // namespace keras
