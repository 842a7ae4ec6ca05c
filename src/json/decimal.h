// Doubles as decimal numbers and back. The standard library's way (std::to_chars) brings tables of 100 kB.
#pragma once

#include <cstdint>
#include <string_view>

namespace keras {

// digits * 10^exponent
struct Decimal {
  uint64_t digits = 0;
  int exponent = 0;
};

// The fewest digits that read as `value` again, of these the nearest to it. `value` is finite and > 0.
Decimal shortest_decimal(double value);

// The double nearest to a number of JSON: digits, perhaps with a sign, a point and an exponent.
double read_double(std::string_view text);
// False where it does not fit.
bool read_integer(std::string_view text, int64_t& value);

}  // namespace keras
