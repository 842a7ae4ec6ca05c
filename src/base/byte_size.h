// From a shape to bytes of memory: the only way, and it is checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/dtype.h"
#include "base/shape.h"

namespace keras {

// The most bytes that one buffer may have: WebAssembly addresses 4 GiB, and an allocation there is
// rounded up. The same on every target, so that native tests see the limit.
inline constexpr uint64_t kMaxBytes = (uint64_t{1} << 32) - (uint64_t{1} << 16);

// Bytes of a tensor with this shape and dtype; for strings, of the objects that hold them. The
// shape must be fully defined. Throws RuntimeError "Out of memory: a tensor of shape (65536, 65536)
// and dtype float32 has 17179869184 bytes, and at most 4294901760 can be addressed" when it is more
// than kMaxBytes. Axes of size 0 do not hide the others, as in NumPy: no product of sizes overflows
// in a kernel.
size_t byte_size(const Shape& shape, DType dtype);

// Bytes of `count` items of `item` bytes each, as `what` needs them ("the scratch memory of conv").
// Throws RuntimeError when the count is negative or the bytes are more than kMaxBytes.
size_t byte_size(int64_t count, size_t item, std::string_view what);

// "a tensor of shape (2, 3) and dtype float32", for errors.
std::string tensor_text(const Shape& shape, DType dtype);

// A sum or product of two sizes. Throws ValueError when 64 bits cannot hold it.
int64_t checked_sum(int64_t a, int64_t b);
int64_t checked_product(int64_t a, int64_t b);

}  // namespace keras
