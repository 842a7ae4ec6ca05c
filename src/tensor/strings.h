// The elements of a tensor of strings: one immutable block of memory that all views share. It
// begins with size + 1 offsets (uint32, in bytes from the start of the block): string i lies
// between offsets i and i + 1. The UTF-8 bytes of all strings follow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace keras {

class Buffer;

class Strings {
 public:
  // Holds no list; differs from a list of length 0.
  Strings() = default;
  explicit Strings(std::span<const std::string> values);
  // Empty strings. RuntimeError when the block cannot be allocated.
  static Strings blank(int64_t size);
  // Takes a block as described above. ValueError when its offsets do not fit it.
  static Strings from_block(std::shared_ptr<Buffer> block, int64_t size);

  explicit operator bool() const { return block_ != nullptr; }
  int64_t size() const { return size_; }
  // Valid as long as a copy of this object exists. `i` must be in range.
  std::string_view operator[](int64_t i) const;
  std::vector<std::string> to_vector() const;

  // The strings from `begin` up to `end`, in a block of their own.
  Strings slice(int64_t begin, int64_t end) const;
  // All strings of the parts, in order.
  static Strings joined(std::span<const Strings> parts);

  std::span<const std::byte> block() const;
  const uint32_t* offsets() const;
  bool operator==(const Strings& other) const;

 private:
  Strings(std::shared_ptr<Buffer> block, int64_t size) : block_(std::move(block)), size_(size) {}

  std::shared_ptr<Buffer> block_;
  int64_t size_ = 0;
};

// Collects strings one after another.
class StringsBuilder {
 public:
  void append(std::string_view text) {
    bytes_.append(text);
    ends_.push_back(bytes_.size());
  }
  int64_t size() const { return static_cast<int64_t>(ends_.size()); }
  std::string_view operator[](int64_t i) const {
    const size_t begin = i == 0 ? 0 : ends_[static_cast<size_t>(i) - 1];
    return std::string_view(bytes_).substr(begin, ends_[static_cast<size_t>(i)] - begin);
  }
  // The bytes of all strings, and where each ends.
  std::string_view bytes() const { return bytes_; }
  std::span<const size_t> ends() const { return ends_; }
  // RuntimeError when a block cannot hold them.
  Strings finish() const;

 private:
  std::string bytes_;
  std::vector<size_t> ends_;
};

}  // namespace keras
