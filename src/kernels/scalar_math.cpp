#include "kernels/scalar_math.h"

#include <cmath>
#include <limits>

namespace keras::kernels {

float erfinv(float x) {
  if (std::fabs(x) == 1.f) return x * std::numeric_limits<float>::infinity();
  float w = -std::log1p(-x * x);
  const bool central = w < 5.f;
  static constexpr float kCentral[] = {2.81022636e-08f,  3.43273939e-07f, -3.5233877e-06f,
                                       -4.39150654e-06f, 0.00021858087f,  -0.00125372503f,
                                       -0.00417768164f,  0.246640727f,    1.50140941f};
  static constexpr float kTail[] = {-0.000200214257f, 0.000100950558f, 0.00134934322f,
                                    -0.00367342844f,  0.00573950773f,  -0.0076224613f,
                                    0.00943887047f,   1.00167406f,     2.83297682f};
  const float* coefficients = central ? kCentral : kTail;
  w = central ? w - 2.5f : std::sqrt(w) - 3.f;
  float p = coefficients[0];
  for (int i = 1; i < 9; ++i) p = p * w + coefficients[i];
  return p * x;
}

}  // namespace keras::kernels
