// Doubles as decimal numbers. The standard library's way (std::to_chars) brings tables of 100 kB.
#pragma once

#include <cstdint>

namespace keras {

// digits * 10^exponent
struct Decimal {
  uint64_t digits = 0;
  int exponent = 0;
};

// The fewest digits that read as `value` again, of these the nearest to it. `value` is finite and >
// 0.
Decimal shortest_decimal(double value);

}  // namespace keras
