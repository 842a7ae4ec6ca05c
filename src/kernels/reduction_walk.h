// The order in which reductions visit elements.
#pragma once

#include <cstdint>

#include "kernels/reduce.h"

namespace keras::kernels {

// Calls f(offset) for every index of some axes, in row-major order.
template <class F>
void for_each_offset(const Dims& sizes, const Dims& strides, const F& f) {
  Dims index;
  for (int axis = 0; axis < sizes.rank(); ++axis) {
    if (sizes[axis] == 0) return;
    index.push_back(0);
  }
  int64_t offset = 0;
  while (true) {
    f(offset);
    int axis = sizes.rank() - 1;
    for (; axis >= 0; --axis) {
      offset += strides[axis];
      if (++index[axis] < sizes[axis]) break;
      offset -= strides[axis] * sizes[axis];
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

// A Reduction split into the innermost axis, the other kept and the other reduced axes.
struct ReductionWalk {
  Dims kept, kept_strides;
  Dims reduced, reduced_strides;
  int64_t inner = 1;
  bool inner_reduced = false;

  explicit ReductionWalk(const Reduction& by) {
    const Dims strides = by.shape.strides();
    const int last = by.shape.rank() - 1;
    for (int axis = 0; axis < last; ++axis) {
      (by.reduced[axis] ? reduced : kept).push_back(by.shape[axis]);
      (by.reduced[axis] ? reduced_strides : kept_strides).push_back(strides[axis]);
    }
    if (last >= 0) {
      inner = by.shape[last];
      inner_reduced = by.reduced[last] != 0;
    }
  }
};

}  // namespace keras::kernels
