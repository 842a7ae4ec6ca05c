// The Bessel function of i0 and kaiser.
#pragma once

namespace keras::ops {

// Modified Bessel function of order 0, by its power series, which converges for every x.
inline double bessel_i0(double x) {
  double term = 1, sum = 1;
  for (int k = 1; k < 1000 && term > 1e-17 * sum; ++k) {
    term *= (x / (2 * k)) * (x / (2 * k));
    sum += term;
  }
  return sum;
}

}  // namespace keras::ops
