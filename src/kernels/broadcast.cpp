#include "kernels/broadcast.h"

namespace keras::kernels {
namespace {

template <int N>
Broadcast<N> merge(const std::array<const Dims*, N>& operands, const Dims& output) {
  Broadcast<N> result;
  std::array<Dims, N> strides;
  for (int operand = 0; operand < N; ++operand) strides[operand] = operands[operand]->strides();
  for (int axis = 0; axis < output.rank(); ++axis) {
    if (output[axis] == 1) continue;
    std::array<int64_t, N> steps;
    for (int operand = 0; operand < N; ++operand) {
      const int own = axis - (output.rank() - operands[operand]->rank());
      const bool repeated = own < 0 || (*operands[operand])[own] == 1;
      steps[operand] = repeated ? 0 : strides[operand][own];
    }
    // Merges an axis with the previous one where every operand traverses both as one.
    const int last = result.shape.rank() - 1;
    bool joins = last >= 0;
    for (int operand = 0; joins && operand < N; ++operand) {
      joins = result.strides[operand][last] == steps[operand] * output[axis];
    }
    if (joins) {
      result.shape[last] *= output[axis];
      for (int operand = 0; operand < N; ++operand) result.strides[operand][last] = steps[operand];
    } else {
      result.shape.push_back(output[axis]);
      for (int operand = 0; operand < N; ++operand)
        result.strides[operand].push_back(steps[operand]);
    }
  }
  if (result.shape.rank() == 0) {
    result.shape.push_back(1);
    for (int operand = 0; operand < N; ++operand) result.strides[operand].push_back(0);
  }
  return result;
}

}  // namespace

Broadcast<2> broadcast(const Dims& a, const Dims& b, const Dims& output) {
  return merge<2>({&a, &b}, output);
}

Broadcast<3> broadcast(const Dims& a, const Dims& b, const Dims& c, const Dims& output) {
  return merge<3>({&a, &b, &c}, output);
}

}  // namespace keras::kernels
