// The state arithmetic of keras.random.SeedGenerator and of seeds given as integers.
#pragma once

#include <cstdint>

#include "random/threefry.h"

namespace keras::random {

// The key of an integer seed: [seed, 0]. Valid seeds are 0 <= seed < 2^32 (the caller checks, Keras
// raises OverflowError).
Key key_of_seed(uint64_t seed);

// SeedGenerator.next(): returns the state and steps it on; `ordered` is false for the global
// generator only.
Key next_seed(Key& state, bool ordered = true);

}  // namespace keras::random
