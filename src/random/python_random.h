// Python's `random` module as far as Keras draws default seeds from it: the Mersenne Twister.
#pragma once

#include <array>
#include <cstdint>

namespace keras::random {

class PythonRandom {
 public:
  // Seeded from the system.
  PythonRandom();
  // As random.seed(n) with 0 <= n.
  explicit PythonRandom(uint64_t seed);

  // As random.randint(low, high): both ends are possible.
  int64_t randint(int64_t low, int64_t high);

 private:
  static constexpr int kWords = 624;
  void seed(uint64_t value);
  uint32_t next();

  std::array<uint32_t, kWords> state_{};
  int at_ = kWords;
};

}  // namespace keras::random
