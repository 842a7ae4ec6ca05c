#include "base/byte_size.h"

#include "base/error.h"

namespace keras {
namespace {

bool fits(int64_t count, size_t item) {
  return count >= 0 && static_cast<uint64_t>(count) <= kMaxBytes / item;
}

size_t item_size(DType dtype) {
  return dtype == DType::kString ? sizeof(uint32_t) : dtype_size(dtype);
}

// Bytes as a string, even when they overflow 64 bits.
std::string bytes_text(const Shape& shape, size_t item) {
  uint64_t bytes = item;
  for (const int64_t dim : shape) {
    if (dim > 0 && __builtin_mul_overflow(bytes, static_cast<uint64_t>(dim), &bytes)) {
      return "more than 2**64";
    }
  }
  return std::to_string(bytes);
}

[[noreturn]] void raise_too_large(std::string_view what, std::string_view bytes) {
  raise_runtime_error({"Out of memory: ", what, " has ", bytes, " bytes, and at most ",
                       std::to_string(kMaxBytes), " can be addressed"});
}

[[noreturn]] void raise_overflow(int64_t a, std::string_view sign, int64_t b) {
  raise_value_error(
      {"The size ", std::to_string(a), sign, std::to_string(b), " is more than 64 bits can hold"});
}

}  // namespace

std::string tensor_text(const Shape& shape, DType dtype) {
  return "a tensor of shape " + repr(shape) + " and dtype " + std::string(dtype_name(dtype));
}

size_t byte_size(const Shape& shape, DType dtype) {
  shape.require_sizes();
  const size_t item = item_size(dtype);
  int64_t count = 1;
  bool is_empty = false;
  for (const int64_t dim : shape) {
    is_empty = is_empty || dim == 0;
    if (dim == 0) continue;
    if (__builtin_mul_overflow(count, dim, &count) || !fits(count, item)) {
      raise_too_large(tensor_text(shape, dtype), bytes_text(shape, item));
    }
  }
  return is_empty ? 0 : static_cast<size_t>(count) * item;
}

size_t byte_size(int64_t count, size_t item, std::string_view what) {
  if (!fits(count, item)) raise_too_large(what, bytes_text(Shape{count}, item));
  return static_cast<size_t>(count) * item;
}

int64_t checked_sum(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) raise_overflow(a, " + ", b);
  return sum;
}

int64_t checked_product(int64_t a, int64_t b) {
  int64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) raise_overflow(a, " * ", b);
  return product;
}

}  // namespace keras
