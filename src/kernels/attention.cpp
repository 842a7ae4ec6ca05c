#include "kernels/attention.h"

#include <algorithm>
#include <limits>

#include "kernels/gemm.h"
#include "kernels/parallel.h"
#include "kernels/softmax.h"

namespace keras::kernels {
namespace {

// Queries per block; their scores fit the second-level cache.
constexpr int64_t kBlockRows = 24;

// The value of a masked score in jax.nn.dot_product_attention, and in the Softmax layer.
constexpr float kLargeNegative = -0.7f * std::numeric_limits<float>::max();
constexpr float kSoftmaxLayerNegative = -1e9f;

struct Scratch {
  int64_t keys, values, scores, floats;

  explicit Scratch(const Attention& p) {
    keys = 0;
    values = keys + packed_b_floats(p.key_depth, p.key_length);
    scores = values + packed_b_floats(p.key_length, p.value_depth);
    floats = scores + std::min(kBlockRows, p.query_length) * p.key_length;
  }
  // Per thread, rounded up so that the next thread's part is aligned.
  int64_t thread_floats() const { return (floats + 3) / 4 * 4; }
};

// In-place softmax of one query's scores.
void attend(const Attention& p, const AttentionArrays& arrays, int64_t image, int64_t head,
            int64_t row, float* scores) {
  const auto start_of = [&](const int64_t (&strides)[4]) {
    return image * strides[0] + head * strides[1] + row * strides[2];
  };
  const int64_t size = p.key_length;
  for (int64_t i = 0; i < size; ++i) scores[i] *= p.scale;
  if (arrays.bias != nullptr) {
    const float* bias = arrays.bias + start_of(p.bias_strides);
    for (int64_t i = 0; i < size; ++i) scores[i] += bias[i * p.bias_strides[3]];
  }
  const uint8_t* mask = arrays.mask != nullptr ? arrays.mask + start_of(p.mask_strides) : nullptr;
  const auto is_masked = [&](int64_t i) {
    return (mask != nullptr && mask[i * p.mask_strides[3]] == 0) || (p.causal && i > row);
  };
  const bool any_mask = mask != nullptr || p.causal;
  if (any_mask) {
    const float negative = p.zero_masked ? kSoftmaxLayerNegative : kLargeNegative;
    for (int64_t i = 0; i < size; ++i) scores[i] = is_masked(i) ? negative : scores[i];
  }
  softmax(scores, scores, 1, size);
  if (any_mask && p.zero_masked) {
    for (int64_t i = 0; i < size; ++i) scores[i] = is_masked(i) ? 0.f : scores[i];
  }
}

// The query heads that share one key head, for one image.
void attend_heads(const Attention& p, const AttentionArrays& arrays, int64_t image,
                  int64_t key_head, float* memory) {
  const Scratch scratch(p);
  float* keys = memory + scratch.keys;
  float* values = memory + scratch.values;
  const int64_t group = p.heads / p.key_heads;
  const int64_t query_stride = p.heads * p.key_depth, result_stride = p.heads * p.value_depth;
  const int64_t key_stride = p.key_heads * p.key_depth, value_stride = p.key_heads * p.value_depth;
  pack_b_transposed(arrays.key + image * p.key_length * key_stride + key_head * p.key_depth,
                    key_stride, p.key_depth, p.key_length, keys);
  pack_b(arrays.value + image * p.key_length * value_stride + key_head * p.value_depth,
         value_stride, p.key_length, p.value_depth, values);
  for (int64_t head = key_head * group; head < (key_head + 1) * group; ++head) {
    for (int64_t first = 0; first < p.query_length; first += kBlockRows) {
      const int64_t rows = std::min(kBlockRows, p.query_length - first);
      const int64_t at = image * p.query_length + first;
      float* scores = memory + scratch.scores;
      if (arrays.scores != nullptr) {
        scores = arrays.scores + ((image * p.heads + head) * p.query_length + first) * p.key_length;
      }
      gemm(arrays.query + at * query_stride + head * p.key_depth, query_stride, keys, scores,
           p.key_length, rows, p.key_length, p.key_depth);
      for (int64_t row = 0; row < rows; ++row) {
        attend(p, arrays, image, head, first + row, scores + row * p.key_length);
      }
      gemm(scores, p.key_length, values, arrays.y + at * result_stride + head * p.value_depth,
           result_stride, rows, p.value_depth, p.key_length);
    }
  }
}

}  // namespace

int64_t attention_scratch_floats(const Attention& p) {
  return thread_count() * Scratch(p).thread_floats();
}

void attention(const Attention& p, const AttentionArrays& arrays) {
  const int64_t group = p.heads / p.key_heads;
  const int64_t cost = group * p.query_length * p.key_length * (p.key_depth + p.value_depth) / 4;
  parallel_for(p.batch * p.key_heads, cost, [&](int64_t begin, int64_t end) {
    float* memory = arrays.scratch + current_thread() * Scratch(p).thread_floats();
    for (int64_t i = begin; i < end; ++i)
      attend_heads(p, arrays, i / p.key_heads, i % p.key_heads, memory);
  });
}

}  // namespace keras::kernels
