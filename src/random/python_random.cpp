#include "random/python_random.h"

#include <bit>
#include <random>

namespace keras::random {

PythonRandom::PythonRandom() {
  std::random_device device;
  seed((uint64_t{device()} << 32) | device());
}

PythonRandom::PythonRandom(uint64_t seed_value) { seed(seed_value); }

void PythonRandom::seed(uint64_t value) {
  const std::array<uint32_t, 2> key = {static_cast<uint32_t>(value),
                                       static_cast<uint32_t>(value >> 32)};
  const int length = key[1] != 0 ? 2 : 1;
  const auto mixed = [&](int i) {
    return state_[static_cast<size_t>(i - 1)] ^ (state_[static_cast<size_t>(i - 1)] >> 30);
  };
  state_[0] = 19650218u;
  for (int i = 1; i < kWords; ++i) {
    state_[static_cast<size_t>(i)] = 1812433253u * mixed(i) + static_cast<uint32_t>(i);
  }
  int i = 1;
  int j = 0;
  const auto wrap = [&] {
    if (++i < kWords) return;
    state_[0] = state_[kWords - 1];
    i = 1;
  };
  for (int k = 0; k < kWords; ++k) {
    uint32_t& word = state_[static_cast<size_t>(i)];
    word = (word ^ (mixed(i) * 1664525u)) + key[static_cast<size_t>(j)] + static_cast<uint32_t>(j);
    wrap();
    if (++j >= length) j = 0;
  }
  for (int k = 0; k < kWords - 1; ++k) {
    uint32_t& word = state_[static_cast<size_t>(i)];
    word = (word ^ (mixed(i) * 1566083941u)) - static_cast<uint32_t>(i);
    wrap();
  }
  state_[0] = 0x80000000u;
  at_ = kWords;
}

uint32_t PythonRandom::next() {
  if (at_ == kWords) {
    for (int i = 0; i < kWords; ++i) {
      const uint32_t joined = (state_[static_cast<size_t>(i)] & 0x80000000u) |
                              (state_[static_cast<size_t>((i + 1) % kWords)] & 0x7fffffffu);
      state_[static_cast<size_t>(i)] = state_[static_cast<size_t>((i + 397) % kWords)] ^
                                       (joined >> 1) ^ ((joined & 1u) ? 0x9908b0dfu : 0u);
    }
    at_ = 0;
  }
  uint32_t y = state_[static_cast<size_t>(at_++)];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680u;
  y ^= (y << 15) & 0xefc60000u;
  return y ^ (y >> 18);
}

int64_t PythonRandom::randint(int64_t low, int64_t high) {
  // Python draws as many bits as the range needs, and repeats until the value is in range.
  const auto range = static_cast<uint32_t>(high - low + 1);
  const int bits = std::bit_width(range);
  uint32_t value = next() >> (32 - bits);
  while (value >= range) value = next() >> (32 - bits);
  return low + value;
}

PythonRandom& python_random() {
  static PythonRandom generator;
  return generator;
}

}  // namespace keras::random
