// keras.ops.math and keras.ops.linalg on tensors. logsumexp is in reduce.inc; erf, rsqrt and others
// are in unary.inc.
#pragma once

#include <utility>

#include "ops/common/operand.h"

namespace keras::ops {

struct TopK {
  Tensor values, indices;
};
TopK top_k(const Operand& x, int64_t k, bool sorted = true);
Tensor in_top_k(const Operand& targets, const Operand& predictions, int64_t k);
// Spectra [..., frames, fft_length / 2 + 1] of overlapping frames along the last axis. `window` is
// "hann", "hamming", a list of sequence_length values, or null. Needs float32 or float64.
struct Stft {
  Tensor real, imag;
};
Stft stft(const Tensor& x, int64_t sequence_length, int64_t sequence_stride, int64_t fft_length,
          const json::Value& window = "hann", bool center = true);
Tensor segment_sum(const Operand& data, const Operand& segment_ids, int64_t num_segments);
Tensor segment_max(const Operand& data, const Operand& segment_ids, int64_t num_segments);

// ord is null, a number, "fro" or "nuc".
Tensor norm(const Operand& x, const json::Value& ord = {}, const Axes& axis = {},
            bool keepdims = false);
// Of the matrices in the last two axes; a complete q is square.
struct Qr {
  Tensor q, r;
};
Qr qr(const Tensor& x, bool complete = false);
// Of the matrices in the last two axes, in descending order.
Tensor singular_values(const Tensor& x);

}  // namespace keras::ops
