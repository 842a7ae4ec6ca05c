// Scaled dot-product attention on [batch, length, heads, depth] arrays, without transposed copies.
#pragma once

#include <cstdint>

namespace keras::kernels {

struct Attention {
  int64_t batch = 1, heads = 1;
  int64_t key_heads = 1;  // fewer than `heads` for grouped-query attention; a divisor of it
  int64_t query_length = 1, key_length = 1;
  int64_t key_depth = 1, value_depth = 1;
  float scale = 1.f;    // multiplies the scores
  bool causal = false;  // a query only sees keys up to its own position
  // How masking works, which differs in Keras: ops.dot_product_attention gives masked scores a
  // large negative value, so that a fully masked row is uniform; the Softmax layer also zeroes
  // masked weights.
  bool zero_masked = false;
  // Strides of `mask` and `bias` over [batch, heads, query_length, key_length]; 0 broadcasts.
  int64_t mask_strides[4] = {0, 0, 0, 0};
  int64_t bias_strides[4] = {0, 0, 0, 0};
};

struct AttentionArrays {
  const float* query = nullptr;   // [batch, query_length, heads, key_depth]
  const float* key = nullptr;     // [batch, key_length, key_heads, key_depth]
  const float* value = nullptr;   // [batch, key_length, key_heads, value_depth]
  const uint8_t* mask = nullptr;  // optional, 1 keeps
  const float* bias = nullptr;    // optional, added to the scaled scores
  float* y = nullptr;             // [batch, query_length, heads, value_depth]
  float* scores = nullptr;  // optional, [batch, heads, query_length, key_length], after the softmax
  float* scratch = nullptr;  // attention_scratch_floats(p), 16-byte aligned
};
int64_t attention_scratch_floats(const Attention& p);
void attention(const Attention& p, const AttentionArrays& arrays);

}  // namespace keras::kernels
