// One element of any numeric dtype as a double, for scalars and conversions that are not hot.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/dtype.h"

namespace keras {

double load_element(DType dtype, const std::byte* data, int64_t index);
// Floats are rounded, integers cut towards zero and wrapped, bool is value != 0.
void store_element(DType dtype, std::byte* data, int64_t index, double value);

}  // namespace keras
