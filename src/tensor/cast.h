// Elementwise conversion of real data between dtypes.
#pragma once

#include "tensor/tensor.h"

namespace keras {

// Returns `tensor` itself when it already has that dtype.
Tensor cast_data(const Tensor& tensor, DType dtype);

}  // namespace keras
