// Single elements of any numeric dtype as doubles, for scalars and rare conversions.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/dtype.h"

namespace keras {

double load_element(DType dtype, const std::byte* data, int64_t index);
// Rounds for floats, truncates and wraps for integers; bool is value != 0.
void store_element(DType dtype, std::byte* data, int64_t index, double value);

}  // namespace keras
