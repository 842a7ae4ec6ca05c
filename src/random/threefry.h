// Threefry-2x32 counter-based random bits, as JAX's default generator makes them
// (jax_threefry_partitionable).
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace keras::random {

using Key = std::array<uint32_t, 2>;

// One block: 20 rounds over the two words of `counter`.
Key threefry2x32(const Key& key, const Key& counter);

// Element `index` of the stream of 32-bit draws; it does not depend on the shape of the array
// drawn.
uint32_t random_bits(const Key& key, uint64_t index);

// Key `index` of jax.random.split(key, n), for any n > index.
Key split(const Key& key, uint64_t index);

}  // namespace keras::random
