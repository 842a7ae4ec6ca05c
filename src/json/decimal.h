// Doubles as decimals. std::to_chars would add 100 kB of tables.
#pragma once

#include <cstdint>

namespace keras {

// digits * 10^exponent
struct Decimal {
  uint64_t digits = 0;
  int exponent = 0;
};

// The shortest decimal that reads back as `value`, and of those the nearest. `value` is
// finite and positive.
Decimal shortest_decimal(double value);

}  // namespace keras
