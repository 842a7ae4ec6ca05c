// The outer loop of elementwise functions with broadcast operands.
#pragma once

#include <cstdint>

#include "kernels/broadcast.h"

namespace keras::kernels {

// Calls f(operand offsets) for every position of all but the last two axes of `by.shape`.
template <int N, class F>
void for_each_outer(const Broadcast<N>& by, const F& f) {
  const int outer_rank = by.shape.rank() - 2;
  std::array<int64_t, N> offsets{};
  Dims index;
  for (int axis = 0; axis < outer_rank; ++axis) index.push_back(0);
  while (true) {
    f(offsets);
    int axis = outer_rank - 1;
    for (; axis >= 0; --axis) {
      for (int i = 0; i < N; ++i) offsets[i] += by.strides[i][axis];
      if (++index[axis] < by.shape[axis]) break;
      for (int i = 0; i < N; ++i) offsets[i] -= by.strides[i][axis] * by.shape[axis];
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

// The last two axes of N operands, as rows and columns. A step is 0 where the operand is broadcast
// along a row, else 1.
template <int N>
struct Block {
  int64_t rows, columns;
  std::array<int64_t, N> strides;  // from row to row
  std::array<int64_t, N> steps;
};
template <int N>
Block<N> last_two_axes(const Broadcast<N>& by) {
  const int last = by.shape.rank() - 1;
  Block<N> block;
  block.rows = last > 0 ? by.shape[last - 1] : 1;
  block.columns = by.shape[last];
  for (int i = 0; i < N; ++i) {
    block.strides[i] = last > 0 ? by.strides[i][last - 1] : 0;
    block.steps[i] = by.strides[i][last];
  }
  return block;
}

}  // namespace keras::kernels
