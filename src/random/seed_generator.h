// State arithmetic of keras.random.SeedGenerator and of integer seeds.
#pragma once

#include <cstdint>

#include "random/threefry.h"

namespace keras::random {

// The key of an integer seed: [seed, 0]. The caller checks 0 <= seed < 2^32
// (Keras raises OverflowError).
Key key_of_seed(uint64_t seed);

// SeedGenerator.next(): returns the state and advances it. `ordered` is false only for
// the global generator.
Key next_seed(Key& state, bool ordered = true);

}  // namespace keras::random
