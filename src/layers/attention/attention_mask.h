// Combines all restrictions of attention scores into one mask.
#pragma once

#include "layers/layer.h"

namespace keras {

// All may be null. query_mask is [batch, T]; value_mask and key_mask are [batch, S].
struct AttentionMasks {
  Tensor query, value, key;
  Tensor attention;  // broadcastable to [batch, T, S]
  bool causal = false;
  std::optional<int64_t> sliding_window{};

  // Whether only the causal restriction applies, which the attention kernel implements.
  bool only_causal() const {
    return causal && !query && !value && !key && !attention && !sliding_window;
  }
};

// A bool mask (true keeps), broadcastable to [batch, T, S]; null when nothing is masked.
Tensor merged_attention_mask(const AttentionMasks& masks, int64_t query_length,
                             int64_t value_length);
// [1, T, S]: each position sees itself and earlier ones.
Tensor causal_mask(int64_t query_length, int64_t value_length);
// Inserts axes of size 1 before the last 2 * `attention_axes` axes, up to `rank` axes.
Tensor expanded_mask(const Tensor& mask, int attention_axes, int rank);

}  // namespace keras
