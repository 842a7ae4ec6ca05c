// where(condition, a, b) with broadcasting.
#pragma once

#include <cstdint>

#include "kernels/broadcast.h"

namespace keras::kernels {

// y = condition ? a : b. The operands of `by` are condition, a, b; element_size is the size of an
// element of a, b and y: 1, 2, 4 or 8 bytes.
void select(const uint8_t* condition, const void* a, const void* b, void* y, int element_size,
            const Broadcast<3>& by);

}  // namespace keras::kernels
