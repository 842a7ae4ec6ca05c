// Integer arithmetic with XLA's results where C++ is undefined: overflow, division by
// zero, wide shifts.
#pragma once

#include <limits>
#include <type_traits>

namespace keras::kernels {

template <class T>
struct IntegerMath {
  // Unsigned and at least as wide as int, so that neither overflow nor promotion is undefined.
  using Wide = std::common_type_t<std::make_unsigned_t<T>, unsigned>;

  static T add(T a, T b) { return static_cast<T>(Wide(a) + Wide(b)); }
  static T subtract(T a, T b) { return static_cast<T>(Wide(a) - Wide(b)); }
  static T multiply(T a, T b) { return static_cast<T>(Wide(a) * Wide(b)); }

  static bool overflows(T a, T b) {
    return std::is_signed_v<T> && b == T(-1) && a == std::numeric_limits<T>::min();
  }
  static T divide(T a, T b) {
    if (b == 0) return static_cast<T>(-1);
    return overflows(a, b) ? a : static_cast<T>(a / b);
  }
  static T remainder(T a, T b) {
    if (b == 0) return a;
    return overflows(a, b) ? T(0) : static_cast<T>(a % b);
  }

  static int sign(T a) { return (a > 0) - (a < 0); }
  static T floor_divide(T a, T b) {
    const T quotient = divide(a, b);
    const bool below = std::is_signed_v<T> && sign(a) != sign(b) && remainder(a, b) != 0;
    return below ? subtract(quotient, 1) : quotient;
  }
  static T floor_mod(T a, T b) {
    if (b == 0) return 0;
    const T rest = remainder(a, b);
    return rest != 0 && (rest < 0) != (b < 0) ? add(rest, b) : rest;
  }

  // jnp.power uses six bits of the exponent; more would overflow for any base above 1.
  static T power(T base, T exponent) {
    if (base == 0 && exponent != 0) return 0;
    T result = 1;
    for (int bit = 0; bit < 6; ++bit) {
      if (exponent & 1) result = multiply(result, base);
      base = multiply(base, base);
      exponent >>= 1;
    }
    return result;
  }

  static constexpr int kBits = std::numeric_limits<std::make_unsigned_t<T>>::digits;
  static bool in_range(T shift) {
    return shift >= 0 && static_cast<Wide>(shift) < static_cast<Wide>(kBits);
  }
  static T shift_left(T a, T shift) {
    return in_range(shift) ? static_cast<T>(Wide(a) << shift) : T(0);
  }
  static T shift_right(T a, T shift) {
    return in_range(shift) ? static_cast<T>(a >> shift) : static_cast<T>(a < 0 ? -1 : 0);
  }
};

}  // namespace keras::kernels
