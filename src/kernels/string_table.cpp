#include "kernels/string_table.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "kernels/string_hash.h"

namespace keras::kernels {
namespace {

// Strings whose table entries are read together, so that their cache misses overlap.
constexpr int64_t kGroup = 64;

template <class Word>
bool ends_are_equal(const char* a, const char* b, size_t size) {
  const auto word = [](const char* s) {
    Word value;
    std::memcpy(&value, s, sizeof value);
    return value;
  };
  const size_t last = size - sizeof(Word);
  for (size_t i = 0; i < last; i += sizeof(Word)) {
    if (word(a + i) != word(b + i)) return false;
  }
  return word(a + last) == word(b + last);
}

bool is_equal(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (a.size() >= 8) return ends_are_equal<uint64_t>(a.data(), b.data(), a.size());
  if (a.size() >= 4) return ends_are_equal<uint32_t>(a.data(), b.data(), a.size());
  return std::equal(a.begin(), a.end(), b.begin());
}

// Calls accept(number) for the strings with the tag of the hash, until it returns true. Returns
// the accepted number, or -1.
template <class Accept>
int64_t probe(const StringTable& table, uint64_t hash, const Accept& accept) {
  const size_t mask = table.slots.size() - 1;
  const auto tag = static_cast<uint32_t>(hash >> 32);
  for (size_t at = hash & mask;; at = (at + 1) & mask) {
    const StringSlot slot = table.slots[at];
    const int64_t number = int64_t{slot.number} - 1;
    if (number < 0 || (slot.tag == tag && accept(number))) return number;
  }
}

}  // namespace

void find_strings(const StringTable& table, const StringBlock& strings, int64_t count,
                  int64_t* numbers) {
  std::array<uint64_t, kGroup> hashes;
  for (int64_t begin = 0; begin < count; begin += kGroup) {
    const int64_t size = std::min(kGroup, count - begin);
    for (int64_t i = 0; i < size; ++i) hashes[i] = fingerprint64(strings.text(begin + i));
    for (int64_t i = 0; i < size; ++i) {
      numbers[begin + i] = probe(table, hashes[i], [](int64_t) { return true; });
    }
    for (int64_t i = 0; i < size; ++i) {
      int64_t& number = numbers[begin + i];
      const std::string_view text = strings.text(begin + i);
      const auto matches = [&](int64_t n) { return is_equal(table.text(n), text); };
      if (number >= 0 && !matches(number)) number = probe(table, hashes[i], matches);
    }
  }
}

}  // namespace keras::kernels
