// Finds many strings at once in a hash table with open addressing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace keras::kernels {

// A slot is free when `number` is 0; otherwise it is for string number - 1. `tag` is the upper half
// of the string's hash: most other strings are recognized without comparing bytes.
struct StringSlot {
  uint32_t number = 0;
  uint32_t tag = 0;
};

// A view of a table: slots are ordered by fingerprint64 (string_hash.h), modulo their count, a
// power of two. String i lies between ends[i - 1] (0 for the first) and ends[i] in `bytes`.
struct StringTable {
  std::span<const StringSlot> slots;
  const char* bytes;
  std::span<const size_t> ends;

  std::string_view text(int64_t number) const {
    const size_t begin = number == 0 ? 0 : ends[static_cast<size_t>(number) - 1];
    return {bytes + begin, ends[static_cast<size_t>(number)] - begin};
  }
};

// Strings in one block, after Strings (tensor/strings.h): string i lies between offsets[i] and
// offsets[i + 1], bytes from `block`.
struct StringBlock {
  const char* block;
  const uint32_t* offsets;

  std::string_view text(int64_t i) const {
    return {block + offsets[i], offsets[i + 1] - offsets[i]};
  }
};

// Writes the number in the table of each of `count` strings; -1 for strings not in it. Needs no
// memory. The table must have a free slot.
void find_strings(const StringTable& table, const StringBlock& strings, int64_t count,
                  int64_t* numbers);

}  // namespace keras::kernels
