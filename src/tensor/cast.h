// Elementwise conversion of real data between dtypes.
#pragma once

#include "tensor/tensor.h"

namespace keras {

// The tensor itself when it has that dtype already.
Tensor cast_data(const Tensor& tensor, DType dtype);

}  // namespace keras
