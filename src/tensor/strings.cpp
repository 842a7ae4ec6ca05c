#include "tensor/strings.h"

#include <algorithm>
#include <cstring>

#include "base/byte_size.h"
#include "base/error.h"
#include "tensor/tensor.h"

namespace keras {
namespace {

std::string block_text(int64_t size) { return "a tensor of " + std::to_string(size) + " strings"; }

size_t offset_bytes(int64_t size) {
  return byte_size(checked_sum(size, 1), sizeof(uint32_t), block_text(size));
}

uint32_t* offsets_of(Buffer& block) { return reinterpret_cast<uint32_t*>(block.data()); }

std::shared_ptr<Buffer> allocate(int64_t size, size_t text_bytes) {
  const auto what = [&] { return block_text(size); };
  const int64_t bytes =
      checked_sum(static_cast<int64_t>(offset_bytes(size)), static_cast<int64_t>(text_bytes));
  return std::make_shared<Buffer>(byte_size(bytes, 1, what()), what);
}

// Writes a block string by string.
class BlockWriter {
 public:
  BlockWriter(int64_t size, size_t text_bytes)
      : block_(allocate(size, text_bytes)), at_(offset_bytes(size)) {
    offsets_of(*block_)[0] = static_cast<uint32_t>(at_);
  }

  void append(std::string_view text) {
    if (!text.empty()) std::memcpy(block_->data() + at_, text.data(), text.size());
    at_ += text.size();
    offsets_of(*block_)[++written_] = static_cast<uint32_t>(at_);
  }

  std::shared_ptr<Buffer> block() const { return block_; }

 private:
  std::shared_ptr<Buffer> block_;
  size_t at_;
  size_t written_ = 0;
};

}  // namespace

Strings::Strings(std::span<const std::string> values) : size_(static_cast<int64_t>(values.size())) {
  size_t bytes = 0;
  for (const std::string& value : values) bytes += value.size();
  BlockWriter writer(size_, bytes);
  for (const std::string& value : values) writer.append(value);
  block_ = writer.block();
}

Strings Strings::blank(int64_t size) {
  const auto block = allocate(size, 0);
  std::fill_n(offsets_of(*block), size + 1, static_cast<uint32_t>(block->bytes()));
  return {block, size};
}

Strings Strings::from_block(std::shared_ptr<Buffer> block, int64_t size) {
  const size_t start = offset_bytes(size);
  bool fits = block->bytes() >= start;
  const uint32_t* offsets = offsets_of(*block);
  fits = fits && offsets[0] == start && offsets[size] == block->bytes() &&
         std::is_sorted(offsets, offsets + size + 1);
  if (!fits) raise_value_error({"The offsets of ", block_text(size), " do not fit its bytes"});
  return {std::move(block), size};
}

const uint32_t* Strings::offsets() const { return offsets_of(*block_); }

std::string_view Strings::operator[](int64_t i) const {
  const uint32_t begin = offsets()[i];
  return {reinterpret_cast<const char*>(block_->data()) + begin, offsets()[i + 1] - begin};
}

std::vector<std::string> Strings::to_vector() const {
  std::vector<std::string> values;
  for (int64_t i = 0; i < size_; ++i) values.emplace_back((*this)[i]);
  return values;
}

Strings Strings::slice(int64_t begin, int64_t end) const {
  BlockWriter writer(end - begin, offsets()[end] - offsets()[begin]);
  for (int64_t i = begin; i < end; ++i) writer.append((*this)[i]);
  return {writer.block(), end - begin};
}

Strings Strings::joined(std::span<const Strings> parts) {
  int64_t size = 0;
  size_t bytes = 0;
  for (const Strings& part : parts) {
    size += part.size_;
    bytes += part.block_->bytes() - part.offsets()[0];
  }
  BlockWriter writer(size, bytes);
  for (const Strings& part : parts) {
    for (int64_t i = 0; i < part.size_; ++i) writer.append(part[i]);
  }
  return {writer.block(), size};
}

std::span<const std::byte> Strings::block() const { return {block_->data(), block_->bytes()}; }

bool Strings::operator==(const Strings& other) const {
  return size_ == other.size_ && std::ranges::equal(block(), other.block());
}

Strings StringsBuilder::finish() const {
  BlockWriter writer(size(), bytes_.size());
  for (int64_t i = 0; i < size(); ++i) writer.append((*this)[i]);
  Strings strings = Strings::from_block(writer.block(), size());
  return strings;
}

}  // namespace keras
