// What happens to a product before it is stored: bias, accumulation, activation.
#pragma once

#include "kernels/unary.h"

namespace keras::kernels {

struct Epilogue {
  const float* bias = nullptr;        // one value per column (output channel)
  Unary activation = Unary::kLinear;  // applied last
  UnaryParams params = {};
  bool accumulate = false;  // adds what the destination already holds
};

}  // namespace keras::kernels
