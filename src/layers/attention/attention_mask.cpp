#include "layers/attention/attention_mask.h"

#include "ops/ops.h"

namespace keras {
namespace {

Tensor both(const Tensor& a, const Tensor& b) { return a ? ops::logical_and(a, b) : b; }

Tensor as_bool(const Tensor& mask) { return ops::cast(mask, DType::kBool); }

Tensor positions(int64_t length, const std::vector<int64_t>& shape) {
  return ops::reshape(ops::arange(0, static_cast<double>(length)), shape);
}

}  // namespace

Tensor causal_mask(int64_t query_length, int64_t value_length) {
  return ops::greater_equal(positions(query_length, {1, query_length, 1}),
                            positions(value_length, {1, 1, value_length}));
}

Tensor merged_attention_mask(const AttentionMasks& masks, int64_t query_length,
                             int64_t value_length) {
  Tensor mask;
  if (masks.query) mask = ops::expand_dims(as_bool(masks.query), -1);
  if (masks.value) mask = both(mask, ops::expand_dims(as_bool(masks.value), -2));
  if (masks.key) mask = both(mask, ops::expand_dims(as_bool(masks.key), -2));
  if (masks.causal) mask = both(mask, causal_mask(query_length, value_length));
  if (masks.sliding_window) {
    const Tensor distance =
        ops::absolute(ops::subtract(positions(query_length, {1, query_length, 1}),
                                    positions(value_length, {1, 1, value_length})));
    mask = both(mask, ops::less(distance, *masks.sliding_window));
  }
  if (!masks.attention) return mask;
  const Tensor attention = as_bool(masks.attention);
  return mask ? ops::logical_and(attention, mask) : attention;
}

Tensor expanded_mask(const Tensor& mask, int attention_axes, int rank) {
  Tensor expanded = mask;
  while (expanded.rank() < rank) expanded = ops::expand_dims(expanded, -2 * attention_axes - 1);
  return expanded;
}

}  // namespace keras
