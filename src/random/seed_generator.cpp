#include "random/seed_generator.h"

namespace keras::random {

Key key_of_seed(uint64_t seed) { return {static_cast<uint32_t>(seed), 0}; }

Key next_seed(Key& state, bool ordered) {
  const Key current = state;
  if (ordered) {
    state[1] += 1;
  } else {
    for (uint32_t& word : state) word = (word + 1) * 5387u % 933199u;
  }
  return current;
}

}  // namespace keras::random
