// Threefry-2x32 random bits, as in JAX's default generator (jax_threefry_partitionable).
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace keras::random {

using Key = std::array<uint32_t, 2>;

// One block: 20 rounds.
Key threefry2x32(const Key& key, const Key& counter);

// Element `index` of the stream of 32-bit draws, independent of the array's shape.
uint32_t random_bits(const Key& key, uint64_t index);

// Key `index` of jax.random.split(key, n), for any n > index.
Key split(const Key& key, uint64_t index);

}  // namespace keras::random
