#include "base/byte_size.h"

#include <string>

#include "base/error.h"

namespace keras {
namespace {

// Bytes as text, also where 64 bits cannot hold them.
std::string bytes_text(int64_t count, size_t item) {
  uint64_t bytes = 0;
  if (!__builtin_mul_overflow(static_cast<uint64_t>(count), static_cast<uint64_t>(item), &bytes)) {
    return std::to_string(bytes);
  }
  return std::to_string(count) + " * " + std::to_string(item);
}

bool fits(int64_t count, size_t item) {
  return count >= 0 && static_cast<uint64_t>(count) <= kMaxBytes / item;
}

size_t item_size(DType dtype) {
  return dtype == DType::kString ? sizeof(std::string) : dtype_size(dtype);
}

}  // namespace

size_t byte_size(const Shape& shape, DType dtype) {
  const int64_t count = shape.size();
  const size_t item = item_size(dtype);
  if (!fits(count, item)) {
    raise_runtime_error({"Out of memory: a tensor of shape ", repr(shape), " and dtype ",
                         dtype_name(dtype), " has ", bytes_text(count, item),
                         " bytes, and at most ", std::to_string(kMaxBytes), " can be addressed"});
  }
  return static_cast<size_t>(count) * item;
}

size_t byte_size(int64_t count, size_t item, std::string_view what) {
  if (!fits(count, item)) {
    raise_runtime_error({"Out of memory: ", what, " needs ", bytes_text(count, item),
                         " bytes, and at most ", std::to_string(kMaxBytes), " can be addressed"});
  }
  return static_cast<size_t>(count) * item;
}

}  // namespace keras
