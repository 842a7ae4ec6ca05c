// Functions of one float that the C library lacks.
#pragma once

namespace keras::kernels {

// Inverse of erf (Giles 2010, single precision): +-infinity at +-1, NaN outside.
float erfinv(float x);

}  // namespace keras::kernels
