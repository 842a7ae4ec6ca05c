// The mask of attention scores, made of all that restricts who may look at whom.
#pragma once

#include "layers/layer.h"

namespace keras {

// Everything may be no tensor. query_mask [batch, T], value_mask and key_mask [batch, S].
struct AttentionMasks {
  Tensor query, value, key;
  Tensor attention;  // broadcastable to [batch, T, S]
  bool causal = false;
  std::optional<int64_t> sliding_window{};

  // No restriction but the causal one, which the attention kernel knows by itself.
  bool only_causal() const {
    return causal && !query && !value && !key && !attention && !sliding_window;
  }
};

// Of bool, true keeps, broadcastable to [batch, T, S]; no tensor when nothing is masked.
Tensor merged_attention_mask(const AttentionMasks& masks, int64_t query_length,
                             int64_t value_length);
// [1, T, S]: no position sees a later one.
Tensor causal_mask(int64_t query_length, int64_t value_length);
// The mask with axes of size 1 put in front of its last `attention_axes` * 2, up to `rank` axes.
Tensor expanded_mask(const Tensor& mask, int attention_axes, int rank);

}  // namespace keras
