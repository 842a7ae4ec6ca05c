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
Tensor segment_sum(const Operand& data, const Operand& segment_ids, int64_t num_segments);
Tensor segment_max(const Operand& data, const Operand& segment_ids, int64_t num_segments);

// ord is null, a number, "fro" or "nuc".
Tensor norm(const Operand& x, const json::Value& ord = {}, const Axes& axis = {},
            bool keepdims = false);
struct Qr {
  Tensor q, r;
};
Qr qr(const Tensor& x);

}  // namespace keras::ops
