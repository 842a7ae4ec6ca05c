// Scaled dot-product attention (keras/src/backend/jax/nn.py). JAX on CPU ignores
// attn_logits_soft_cap and flash_attention.
#include "kernels/attention.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/nn.h"
#include "ops/numpy.h"
#include "runtime/tangents.h"

namespace keras::ops {
namespace {

class AttentionStep final : public Step {
 public:
  AttentionStep(const kernels::Attention& p, bool has_bias, bool has_mask)
      : p_(p), has_bias_(has_bias), has_mask_(has_mask) {}
  std::string_view name() const override { return "attention"; }
  std::vector<runtime::OperandSpec> operands() const override {
    return {{"query", {p_.batch, p_.query_length, p_.heads, p_.key_depth}},
            {"key", {p_.batch, p_.key_length, p_.key_heads, p_.key_depth}},
            {"value", {p_.batch, p_.key_length, p_.key_heads, p_.value_depth}}};
  }
  size_t scratch_bytes() const override {
    return scratch_floats(kernels::attention_scratch_floats(p_));
  }
  void run(std::span<const View> in, std::span<const View> out, std::byte* scratch) const override {
    kernels::AttentionArrays arrays;
    arrays.query = in[0].as<float>();
    arrays.key = in[1].as<float>();
    arrays.value = in[2].as<float>();
    if (has_bias_) arrays.bias = in[3].as<float>();
    if (has_mask_) arrays.mask = in[has_bias_ ? 4 : 3].as<uint8_t>();
    arrays.y = out[0].as<float>();
    if (out.size() > 1) arrays.scores = out[1].as<float>();
    arrays.scratch = reinterpret_cast<float*>(scratch);
    kernels::attention(p_, arrays);
  }

 private:
  kernels::Attention p_;
  bool has_bias_, has_mask_;
};

// A bias or mask as [batch, heads, length, key_length]; broadcast axes have size 1.
Tensor with_four_axes(Tensor t, int64_t heads) {
  while (t.rank() < 4) {
    t = expand_dims(t, t.rank() == 3 && t.shape()[1] == heads ? 2 : std::min(1, t.rank()));
  }
  return t;
}

void set_strides(const Tensor& t, int64_t (&strides)[4]) {
  int64_t stride = 1;
  for (int axis = 3; axis >= 0; --axis) {
    strides[axis] = t.shape()[axis] == 1 ? 0 : stride;
    stride *= t.shape()[axis];
  }
}

void check_fits(const Tensor& t, const Shape& scores, std::string_view name) {
  for (int axis = 0; axis < 4; ++axis) {
    const int64_t dim = t.shape()[axis];
    if (dim != 1 && dim != scores[axis] && dim != kNone && scores[axis] != kNone) {
      raise_value_error({"Expected `", std::string(name), "` to be broadcastable to ", repr(scores),
                         " but got ", repr(t.shape()), "."});
    }
  }
}

struct Prepared {
  std::vector<Tensor> inputs;
  Shape output, scores;
  DType dtype;
  Tensor bias, mask;
};

Prepared prepare(const Tensor& query, const Tensor& key, const Tensor& value, const Tensor& bias,
                 const Tensor& mask) {
  if (query.rank() != 4 || key.rank() != 4 || value.rank() != 4) {
    raise_value_error({"`dot_product_attention` only supports 4D inputs. Received: query.shape=",
                       repr(query.shape()), ", key.shape=", repr(key.shape()),
                       ", value.shape=", repr(value.shape()), "."});
  }
  Prepared p;
  p.dtype = promote({promote({query.dtype()}, {key.dtype()})}, {value.dtype()});
  const int64_t heads = query.shape()[2], key_heads = key.shape()[2];
  if (heads != kNone && key_heads != kNone && (key_heads == 0 || heads % key_heads != 0)) {
    raise_value_error({"The number of query heads must be a multiple of key/value heads, but got ",
                       std::to_string(heads), " vs ", std::to_string(key_heads)});
  }
  p.output = query.shape().with_last(value.shape().back());
  p.scores = Shape{query.shape()[0], heads, query.shape()[1], key.shape()[1]};
  for (const Tensor& t : {query, key, value}) p.inputs.push_back(cast(t, DType::kFloat32));
  if (bias) {
    p.bias = with_four_axes(cast(bias, DType::kFloat32), heads);
    check_fits(p.bias, p.scores, "bias");
    p.inputs.push_back(p.bias);
  }
  if (mask) {
    p.mask = with_four_axes(cast(mask, DType::kBool), heads);
    check_fits(p.mask, p.scores, "mask");
    p.inputs.push_back(p.mask);
  }
  return p;
}

std::unique_ptr<Step> make_step(const Prepared& p, const AttentionOptions& options) {
  const Shape& query = p.inputs[0].shape();
  const Shape& key = p.inputs[1].shape();
  kernels::Attention attention;
  attention.batch = query[0];
  attention.query_length = query[1];
  attention.heads = query[2];
  attention.key_depth = query[3];
  attention.key_length = key[1];
  attention.key_heads = key[2];
  attention.value_depth = p.output.back();
  attention.scale =
      static_cast<float>(options.scale.value_or(1.0 / std::sqrt(static_cast<double>(query[3]))));
  attention.causal = options.is_causal;
  attention.zero_masked = options.zero_masked;
  if (p.bias) set_strides(p.bias, attention.bias_strides);
  if (p.mask) set_strides(p.mask, attention.mask_strides);
  return std::make_unique<AttentionStep>(attention, static_cast<bool>(p.bias),
                                         static_cast<bool>(p.mask));
}

// The same from operations that have rules for tangents.
AttentionResult composed(const Prepared& p, const AttentionOptions& options) {
  const Tensor &query = p.inputs[0], &key = p.inputs[1], &value = p.inputs[2];
  const int64_t groups = query.shape()[2] / key.shape()[2];
  const double scale =
      options.scale.value_or(1.0 / std::sqrt(static_cast<double>(query.shape().back())));
  Tensor scores = multiply(einsum("bqhd,bkhd->bhqk", {query, repeat(key, groups, 2)}), scale);
  if (p.bias) scores = add(scores, p.bias);
  Tensor keep = p.mask;
  if (options.is_causal) {
    const Tensor causal =
        cast(tril(ones({p.scores[2], p.scores[3]}, DType::kFloat32)), DType::kBool);
    keep = keep ? logical_and(keep, causal) : causal;
  }
  if (!keep) {
    scores = softmax(scores);
  } else if (options.zero_masked) {
    scores = masked_softmax(scores, broadcast_to(keep, p.scores));
  } else {
    scores = softmax(where(keep, scores, -0.7 * double{std::numeric_limits<float>::max()}));
  }
  return {einsum("bhqk,bkhd->bqhd", {scores, repeat(value, groups, 2)}), scores};
}

Tensor dot_product_attention_op(const Tensor& query, const Tensor& key, const Tensor& value,
                                const Tensor& bias, const Tensor& mask, std::optional<double> scale,
                                bool is_causal, std::optional<bool> /*flash_attention*/,
                                std::optional<double> /*attn_logits_soft_cap*/) {
  return dot_product_attention(query, key, value, bias, mask,
                               {.scale = scale, .is_causal = is_causal});
}

}  // namespace

KERAS_OP("ops.nn", DotProductAttention, dot_product_attention_op,
         "query, key, value, ~bias=None, ~mask=None, ~scale=None, .is_causal=False, "
         ".flash_attention=None, .attn_logits_soft_cap=None")

Tensor dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value,
                             const Tensor& bias, const Tensor& mask,
                             const AttentionOptions& options) {
  if (makes_node({query, key, value, bias, mask})) {
    return make_node(rows::DotProductAttention,
                     {query, key, value, bias, mask, options.scale, options.is_causal});
  }
  const Prepared p = prepare(query, key, value, bias, mask);
  if (runtime::any_tangent(p.inputs)) return cast(composed(p, options).output, p.dtype);
  const Tensor y =
      emit(p.inputs, Spec{p.output, DType::kFloat32}, [&] { return make_step(p, options); });
  return cast(y, p.dtype);
}

AttentionResult attention_with_scores(const Tensor& query, const Tensor& key, const Tensor& value,
                                      const Tensor& bias, const Tensor& mask,
                                      const AttentionOptions& options) {
  const Prepared p = prepare(query, key, value, bias, mask);
  if (runtime::any_tangent(p.inputs)) {
    const AttentionResult result = composed(p, options);
    return {cast(result.output, p.dtype), cast(result.scores, p.dtype)};
  }
  const std::vector<Spec> specs{{p.output, DType::kFloat32}, {p.scores, DType::kFloat32}};
  const auto results = emit(p.inputs, specs, [&] { return make_step(p, options); });
  return {cast(results[0], p.dtype), cast(results[1], p.dtype)};
}

}  // namespace keras::ops
