// Checked conversion from a shape to bytes of memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/dtype.h"
#include "base/shape.h"

namespace keras {

// The largest buffer: WebAssembly addresses 4 GiB, and allocations near that are rounded up. The
// same on every target, so that native tests see the limit.
inline constexpr uint64_t kMaxBytes = (uint64_t{1} << 32) - (uint64_t{1} << 16);

// Bytes of a tensor with this shape and dtype; for strings, of their offsets. RuntimeError
// when the shape is not fully defined or the bytes exceed kMaxBytes. As in NumPy, an axis of size 0
// does not excuse the others: no product of sizes overflows in a kernel.
size_t byte_size(const Shape& shape, DType dtype);

// Bytes of `count` items of `item` bytes each. RuntimeError when the count is negative or the bytes
// exceed kMaxBytes; `what` names the memory ("the scratch memory of conv").
size_t byte_size(int64_t count, size_t item, std::string_view what);

// For error messages: "a tensor of shape (2, 3) and dtype float32".
std::string tensor_text(const Shape& shape, DType dtype);

// ValueError on 64-bit overflow.
int64_t checked_sum(int64_t a, int64_t b);
int64_t checked_product(int64_t a, int64_t b);

}  // namespace keras
