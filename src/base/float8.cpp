#include "base/float8.h"

#include <cmath>
#include <limits>

namespace keras {
namespace {

struct Format {
  int mantissa_bits;
  int bias;
  uint8_t largest;   // bits of the largest finite number
  uint8_t overflow;  // bits that replace larger numbers
  uint8_t nan;
};

constexpr Format kE4M3{3, 7, 0x7e, 0x7f, 0x7f};
constexpr Format kE5M2{2, 15, 0x7b, 0x7c, 0x7e};

const Format& format_of(DType dtype) { return dtype == DType::kFloat8E4M3 ? kE4M3 : kE5M2; }

}  // namespace

double float8_to_double(DType dtype, uint8_t bits) {
  const Format& format = format_of(dtype);
  const double sign = bits & 0x80 ? -1 : 1;
  const int magnitude = bits & 0x7f;
  if (magnitude > format.largest) {
    const bool infinite = magnitude == format.overflow && format.overflow != format.nan;
    return infinite ? sign * std::numeric_limits<double>::infinity()
                    : std::numeric_limits<double>::quiet_NaN();
  }
  const int exponent = magnitude >> format.mantissa_bits;
  const int mantissa = magnitude & ((1 << format.mantissa_bits) - 1);
  const int whole = exponent == 0 ? mantissa : mantissa + (1 << format.mantissa_bits);
  const int power = (exponent == 0 ? 1 : exponent) - format.bias - format.mantissa_bits;
  return sign * std::ldexp(whole, power);
}

uint8_t double_to_float8(DType dtype, double value) {
  const Format& format = format_of(dtype);
  const int sign = std::signbit(value) ? 0x80 : 0;
  if (std::isnan(value)) return static_cast<uint8_t>(sign | format.nan);
  const double magnitude = std::fabs(value);
  const int smallest = 1 - format.bias;  // exponent of the smallest normal number
  int exponent = magnitude == 0 || std::isinf(magnitude) ? smallest : std::ilogb(magnitude);
  if (exponent < smallest) exponent = smallest;
  // In units of the last mantissa bit: the bits of consecutive numbers are consecutive.
  const double units = std::nearbyint(std::ldexp(magnitude, format.mantissa_bits - exponent));
  const double bits = units + std::ldexp(exponent - smallest, format.mantissa_bits);
  return static_cast<uint8_t>(sign | (bits > format.largest ? format.overflow : int(bits)));
}

}  // namespace keras
