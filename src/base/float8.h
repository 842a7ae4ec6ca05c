// float8 bits, converted as ml_dtypes and XLA do: round to nearest even. float8_e4m3fn has no
// infinities, so overflow gives NaN.
#pragma once

#include <cstdint>

#include "base/dtype.h"

namespace keras {

inline bool is_float8(DType dtype) {
  return dtype == DType::kFloat8E4M3 || dtype == DType::kFloat8E5M2;
}

double float8_to_double(DType dtype, uint8_t bits);
uint8_t double_to_float8(DType dtype, double value);

}  // namespace keras
