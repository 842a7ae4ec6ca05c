// Python's `random` module (Mersenne Twister), from which Keras draws default seeds.
#pragma once

#include <array>
#include <cstdint>

namespace keras::random {

class PythonRandom {
 public:
  // Seeded by the operating system.
  PythonRandom();
  // As random.seed(seed) for non-negative seeds.
  explicit PythonRandom(uint64_t seed);

  // As random.randint: both ends are inclusive.
  int64_t randint(int64_t low, int64_t high);

 private:
  static constexpr int kWords = 624;
  void seed(uint64_t value);
  uint32_t next();

  std::array<uint32_t, kWords> state_{};
  int at_ = kWords;
};

// The generator of the module's functions, which set_random_seed seeds.
PythonRandom& python_random();

}  // namespace keras::random
