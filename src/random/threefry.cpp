#include "random/threefry.h"

#include <bit>

namespace keras::random {

Key threefry2x32(const Key& key, const Key& counter) {
  constexpr int kRotations[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};
  const uint32_t schedule[3] = {key[0], key[1], key[0] ^ key[1] ^ 0x1BD11BDAu};
  uint32_t x0 = counter[0] + schedule[0];
  uint32_t x1 = counter[1] + schedule[1];
  for (uint32_t i = 0; i < 5; ++i) {
    for (int rotation : kRotations[i % 2]) {
      x0 += x1;
      x1 = std::rotl(x1, rotation) ^ x0;
    }
    x0 += schedule[(i + 1) % 3];
    x1 += schedule[(i + 2) % 3] + i + 1;
  }
  return {x0, x1};
}

namespace {

Key counter_of(uint64_t index) {
  return {static_cast<uint32_t>(index >> 32), static_cast<uint32_t>(index)};
}

}  // namespace

uint32_t random_bits(const Key& key, uint64_t index) {
  const Key words = threefry2x32(key, counter_of(index));
  return words[0] ^ words[1];
}

Key split(const Key& key, uint64_t index) { return threefry2x32(key, counter_of(index)); }

}  // namespace keras::random
