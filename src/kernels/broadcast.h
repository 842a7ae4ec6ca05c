// How operands of different shapes meet element by element, as NumPy broadcasts them, collapsed to
// few axes.
#pragma once

#include <array>
#include <cstdint>

#include "kernels/dims.h"

namespace keras::kernels {

// Strides (in elements, 0 where an operand is repeated) of N operands over the output's axes. Made
// once per plan step.
template <int N>
struct Broadcast {
  Dims shape;  // output axes, neighbours merged where all operands allow it; at least one axis
  std::array<Dims, N> strides;  // one stride per axis of `shape`
};

// Whether the shapes broadcast together is the caller's check; `output` is their common shape.
Broadcast<2> broadcast(const Dims& a, const Dims& b, const Dims& output);
Broadcast<3> broadcast(const Dims& a, const Dims& b, const Dims& c, const Dims& output);

}  // namespace keras::kernels
