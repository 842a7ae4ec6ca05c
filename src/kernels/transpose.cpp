#include "kernels/transpose.h"

#include "kernels/copy.h"

namespace keras::kernels {

void transpose(const void* src, const Dims& shape, const Dims& permutation, void* dst,
               int element_size) {
  const Dims own = shape.strides();
  Dims sizes, strides;
  for (int64_t axis : permutation) {
    sizes.push_back(shape[static_cast<int>(axis)]);
    strides.push_back(own[static_cast<int>(axis)]);
  }
  copy(src, strides, dst, sizes.strides(), sizes, element_size);
}

}  // namespace keras::kernels
