// Where a slice of a given size starts: what reading and writing one share.
#pragma once

#include <cstdint>
#include <vector>

#include "base/shape.h"

namespace keras::ops {

// As jax.lax.dynamic_slice: negative indices count from the end, and a slice that would stand out
// is moved inside. ValueError when ranks differ, or the slice is larger than the tensor.
std::vector<int64_t> slice_start(const Shape& shape, const std::vector<int64_t>& start,
                                 const Shape& size);

}  // namespace keras::ops
