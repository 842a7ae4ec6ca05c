// What happens to a product before it is stored: bias, a residual, activation.
#pragma once

#include "kernels/unary.h"

namespace keras::kernels {

struct Epilogue {
  const float* bias = nullptr;  // one value per column (output channel)
  // What is added to each value: laid out as the destination, which it may be.
  const float* residual = nullptr;
  Unary activation = Unary::kLinear;  // applied last
  UnaryParams params = {};

  // Of the part of the destination that begins `offset` floats later, with that column.
  Epilogue at(int64_t offset, int64_t column) const {
    Epilogue part = *this;
    if (bias != nullptr) part.bias += column;
    if (residual != nullptr) part.residual += offset;
    return part;
  }
};

}  // namespace keras::kernels
