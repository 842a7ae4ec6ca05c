// Applied to a product before it is stored: bias, residual, activation.
#pragma once

#include "kernels/unary.h"

namespace keras::kernels {

struct Epilogue {
  const float* bias = nullptr;  // one value per column (output channel)
  // added to each value; laid out like the destination, and may alias it
  const float* residual = nullptr;
  Unary activation = Unary::kLinear;  // applied last
  UnaryParams params = {};

  // For the part of the destination that starts `offset` floats later, at that column.
  Epilogue at(int64_t offset, int64_t column) const {
    Epilogue part = *this;
    if (bias != nullptr) part.bias += column;
    if (residual != nullptr) part.residual += offset;
    return part;
  }
};

}  // namespace keras::kernels
