// Categories as one_hot, multi_hot or count (keras/src/utils/numerical_utils.py,
// encode_categorical_inputs).
#pragma once

#include <string_view>

#include "tensor/tensor.h"

namespace keras {

// `indices` of integers, as int64; indices outside [0, depth) have no category. For the mode "int"
// the indices themselves. Of `count`, `weights` of the shape of `indices` may replace the ones.
// Shapes: "one_hot" appends an axis of size `depth`, after it dropped a last axis of size 1; the
// others sum over the second axis, or over the only one. With `depth` kNone only shapes can be
// inferred.
Tensor encode_categorical(const Tensor& indices, std::string_view mode, int64_t depth, DType dtype,
                          const Tensor& weights = {});

}  // namespace keras
