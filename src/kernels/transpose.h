// Any permutation of axes.
#pragma once

#include "kernels/dims.h"

namespace keras::kernels {

// Axis i of the destination is axis permutation[i] of the source. Elements have 1, 2, 4 or 8 bytes.
void transpose(const void* src, const Dims& shape, const Dims& permutation, void* dst,
               int element_size);

}  // namespace keras::kernels
