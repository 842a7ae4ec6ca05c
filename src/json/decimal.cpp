#include "json/decimal.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

namespace keras {
namespace {

// Powers of ten up to this one and integers below kSafe are exact doubles, so the quotient of two
// of them is the double nearest to the decimal.
constexpr int kExactPower = 22;
// Decimals with this many digits never share a double.
constexpr int kSafeDigits = std::numeric_limits<double>::digits10;
constexpr double kSafe = 1e15;

double read(const Decimal& decimal) {
  char text[40];
  std::snprintf(text, sizeof text, "%llue%d", static_cast<unsigned long long>(decimal.digits),
                decimal.exponent);
  return std::strtod(text, nullptr);
}

// The nearest decimal with `count` digits.
Decimal round_to(double value, int count) {
  char text[40];
  std::snprintf(text, sizeof text, "%.*e", count - 1, value);
  Decimal out;
  const char* at = text;
  for (; *at != 'e'; ++at) {
    if (*at != '.') out.digits = out.digits * 10 + static_cast<uint64_t>(*at - '0');
  }
  out.exponent = std::atoi(at + 1) - (count - 1);
  return out;
}

}  // namespace

Decimal shortest_decimal(double value) {
  // Nearly all numbers in configs are short, such as 0.001.
  double power = 1;
  for (int places = 0; places <= kExactPower; ++places, power *= 10) {
    const double digits = std::nearbyint(value * power);
    if (digits >= kSafe) break;
    if (digits / power == value) return {static_cast<uint64_t>(digits), -places};
  }
  const bool is_subnormal = value < std::numeric_limits<double>::min();
  for (int count = is_subnormal ? 1 : kSafeDigits;; ++count) {
    Decimal decimal = round_to(value, count);
    if (count == std::numeric_limits<double>::max_digits10 || read(decimal) == value)
      return decimal;
    // Below a power of two, doubles are twice as dense: the nearest decimal may read as another
    // double while the next larger one reads as this.
    ++decimal.digits;
    if (read(decimal) == value) return decimal;
  }
}

}  // namespace keras
