// Random numbers of JAX's generator, four at a time; bitwise equal to the single
// draws in src/random.
#pragma once

#include <cstdint>

namespace keras::kernels {

// The two words of a Threefry key.
struct DrawKey {
  uint32_t first, second;
};

// Elements [first, first + n) of the key's stream; `first` is a multiple of 16.
void draw_bits(DrawKey key, uint64_t first, uint32_t* y, int n);

// The others write elements 0 to n.

// Floats in [0, 1) with 23 random bits.
void draw_units(DrawKey key, float* y, int64_t n);
void draw_uniform(DrawKey key, float minimum, float maximum, float* y, int64_t n);
// Normal with mean 0 and stddev 1, then `* stddev + mean`, rounding each.
void draw_normal(DrawKey key, float mean, float stddev, float* y, int64_t n);
// The same, truncated at two standard deviations.
void draw_truncated_normal(DrawKey key, float mean, float stddev, float* y, int64_t n);

}  // namespace keras::kernels
