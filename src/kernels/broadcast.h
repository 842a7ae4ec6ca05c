// NumPy broadcasting, collapsed to few axes.
#pragma once

#include <array>
#include <cstdint>

#include "kernels/dims.h"

namespace keras::kernels {

// Strides (in elements, 0 where broadcast) of N operands over the output's axes. Computed once per
// plan step.
template <int N>
struct Broadcast {
  Dims shape;                   // output axes, merged where all operands allow it; at least one
  std::array<Dims, N> strides;  // one stride per axis of `shape`
};

// The caller checks that the shapes broadcast; `output` is the result.
Broadcast<2> broadcast(const Dims& a, const Dims& b, const Dims& output);
Broadcast<3> broadcast(const Dims& a, const Dims& b, const Dims& c, const Dims& output);

}  // namespace keras::kernels
