// Tensors with the values that tools/fixtures/make_operands.py computes as well.
#pragma once

#include "base/dtype.h"
#include "tensor/element.h"
#include "tensor/tensor.h"

namespace keras::testing {

inline Tensor filled(const Shape& shape, DType dtype, int64_t seed) {
  const Tensor tensor = Tensor::allocate(shape, dtype);
  for (int64_t i = 0; i < tensor.size(); ++i) {
    double value = static_cast<double>((i * 37 + 11 * seed) % 23 - 11) / 16;
    if (dtype == DType::kBool) value = (i * 5 + seed) % 3 != 0;
    if (is_integer(dtype)) value = static_cast<double>((i * 7 + seed) % 3);
    store_element(dtype, tensor.raw_data(), i, value);
  }
  return tensor;
}

}  // namespace keras::testing
