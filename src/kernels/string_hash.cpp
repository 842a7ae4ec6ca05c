#include "kernels/string_hash.h"

#include <bit>
#include <cstring>
#include <utility>

namespace keras::kernels {
namespace {

constexpr uint64_t k0 = 0xc3a5c85c97cb3127, k1 = 0xb492b66fbe98f273, k2 = 0x9ae16a3b2f90404f;

static_assert(std::endian::native == std::endian::little, "the hashes read little-endian words");

uint64_t load64(const char* s) {
  uint64_t value;
  std::memcpy(&value, s, sizeof value);
  return value;
}

uint64_t load32(const char* s) {
  uint32_t value;
  std::memcpy(&value, s, sizeof value);
  return value;
}

uint64_t byte_at(const char* s, size_t i) { return static_cast<unsigned char>(s[i]); }

uint64_t shift_mix(uint64_t value) { return value ^ (value >> 47); }

uint64_t mix(uint64_t u, uint64_t v, uint64_t factor) {
  const uint64_t a = shift_mix((u ^ v) * factor);
  return shift_mix((v ^ a) * factor) * factor;
}

uint64_t hash_up_to_16(const char* s, size_t size) {
  const uint64_t factor = k2 + size * 2;
  if (size >= 8) {
    const uint64_t a = load64(s) + k2, b = load64(s + size - 8);
    return mix(std::rotr(b, 37) * factor + a, (std::rotr(a, 25) + b) * factor, factor);
  }
  if (size >= 4) return mix(size + (load32(s) << 3), load32(s + size - 4), factor);
  if (size == 0) return k2;
  const uint64_t y = byte_at(s, 0) + (byte_at(s, size / 2) << 8);
  const uint64_t z = size + (byte_at(s, size - 1) << 2);
  return shift_mix(y * k2 ^ z * k0) * k2;
}

uint64_t hash_up_to_32(const char* s, size_t size) {
  const uint64_t factor = k2 + size * 2;
  const uint64_t a = load64(s) * k1, b = load64(s + 8);
  const uint64_t c = load64(s + size - 8) * factor, d = load64(s + size - 16) * k2;
  return mix(std::rotr(a + b, 43) + std::rotr(c, 30) + d, a + std::rotr(b + k2, 18) + c, factor);
}

uint64_t hash_up_to_64(const char* s, size_t size) {
  const uint64_t factor = k2 + size * 2;
  const uint64_t a = load64(s) * k2, b = load64(s + 8);
  const uint64_t c = load64(s + size - 8) * factor, d = load64(s + size - 16) * k2;
  const uint64_t y = std::rotr(a + b, 43) + std::rotr(c, 30) + d;
  const uint64_t z = mix(y, a + std::rotr(b + k2, 18) + c, factor);
  const uint64_t e = load64(s + 16) * factor, f = load64(s + 24);
  const uint64_t g = (y + load64(s + size - 32)) * factor;
  const uint64_t h = (z + load64(s + size - 24)) * factor;
  return mix(std::rotr(e + f, 43) + std::rotr(g, 30) + h, e + std::rotr(f + a, 18) + g, factor);
}

using Pair = std::pair<uint64_t, uint64_t>;

Pair weak_hash_32(const char* s, uint64_t a, uint64_t b) {
  const uint64_t w = load64(s), x = load64(s + 8), y = load64(s + 16), z = load64(s + 24);
  a += w;
  b = std::rotr(b + a + z, 21);
  const uint64_t c = a;
  a += x + y;
  b += std::rotr(a, 44);
  return {a + z, b + c};
}

// The state of the hash of texts of more than 64 bytes.
struct LongHash {
  uint64_t x, y, z;
  Pair v{}, w{};

  // `last` distinguishes the final round.
  void add_64(const char* s, uint64_t factor, bool last) {
    const uint64_t weight = last ? 9 : 1;
    x = std::rotr(x + y + v.first + load64(s + 8), 37) * factor;
    y = std::rotr(y + v.second + load64(s + 48), 42) * factor;
    x ^= w.second * weight;
    y += v.first * weight + load64(s + 40);
    z = std::rotr(z + w.first, 33) * factor;
    v = weak_hash_32(s, v.second * factor, x + w.first);
    w = weak_hash_32(s + 32, z + w.second, y + load64(s + 16));
    std::swap(z, x);
  }
};

}  // namespace

uint64_t fingerprint64(std::string_view text) {
  const char* s = text.data();
  const size_t size = text.size();
  if (size <= 16) return hash_up_to_16(s, size);
  if (size <= 32) return hash_up_to_32(s, size);
  if (size <= 64) return hash_up_to_64(s, size);
  constexpr uint64_t seed = 81;
  const uint64_t y = seed * k1 + 113;
  LongHash hash{.x = seed * k2 + load64(s), .y = y, .z = shift_mix(y * k2 + 113) * k2};
  const size_t rest = (size - 1) % 64;
  const char* const end = s + (size - 1 - rest);
  for (; s != end; s += 64) hash.add_64(s, k1, false);
  const uint64_t factor = k1 + ((hash.z & 0xff) << 1);
  hash.w.first += rest;
  hash.v.first += hash.w.first;
  hash.w.first += hash.v.first;
  hash.add_64(end + rest - 63, factor, true);
  return mix(mix(hash.v.first, hash.w.first, factor) + shift_mix(hash.y) * k0 + hash.z,
             mix(hash.v.second, hash.w.second, factor) + hash.x, factor);
}

uint64_t fingerprint_cat64(uint64_t a, uint64_t b) {
  constexpr uint64_t factor = 0xc6a4a7935bd1e995;
  uint64_t result = a ^ factor;
  result ^= shift_mix(b * factor) * factor;
  result *= factor;
  return shift_mix(shift_mix(result) * factor);
}

uint64_t sip_hash(const SipKey& key, std::string_view text) {
  uint64_t v0 = key.low ^ 0x736f6d6570736575, v1 = key.high ^ 0x646f72616e646f6d;
  uint64_t v2 = key.low ^ 0x6c7967656e657261, v3 = key.high ^ 0x7465646279746573;
  const auto rounds = [&](int count) {
    for (int i = 0; i < count; ++i) {
      v0 += v1;
      v1 = std::rotl(v1, 13) ^ v0;
      v0 = std::rotl(v0, 32);
      v2 += v3;
      v3 = std::rotl(v3, 16) ^ v2;
      v0 += v3;
      v3 = std::rotl(v3, 21) ^ v0;
      v2 += v1;
      v1 = std::rotl(v1, 17) ^ v2;
      v2 = std::rotl(v2, 32);
    }
  };
  const auto add = [&](uint64_t word) {
    v3 ^= word;
    rounds(2);
    v0 ^= word;
  };
  const size_t whole = text.size() / 8 * 8;
  for (size_t i = 0; i < whole; i += 8) add(load64(text.data() + i));
  uint64_t last = static_cast<uint64_t>(text.size()) << 56;
  for (size_t i = whole; i < text.size(); ++i) last |= byte_at(text.data(), i) << (8 * (i - whole));
  add(last);
  v2 ^= 0xff;
  rounds(4);
  return v0 ^ v1 ^ v2 ^ v3;
}

}  // namespace keras::kernels
