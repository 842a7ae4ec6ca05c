// Keras's default parameters of element-wise activations.
#pragma once

#include <limits>

#include "kernels/unary.h"

namespace keras::testing {

inline kernels::UnaryParams default_params(kernels::Unary op) {
  using kernels::Unary;
  switch (op) {
    case Unary::kReluGeneral:
      return {.b = std::numeric_limits<float>::infinity()};
    case Unary::kLeakyRelu:
      return {.a = 0.2f};
    case Unary::kElu:
    case Unary::kCelu:
      return {.a = 1.f};
    case Unary::kSquareplus:
      return {.a = 4.f};
    case Unary::kHardShrink:
    case Unary::kSoftShrink:
      return {.a = 0.5f};
    case Unary::kClip:
      return {.a = -std::numeric_limits<float>::infinity(),
              .b = std::numeric_limits<float>::infinity()};
    default:
      return {};
  }
}

}  // namespace keras::testing
