// A window that slides over one to three spatial axes: the geometry that convolution and pooling share.
#pragma once

#include <array>
#include <cstdint>

#include "kernels/dims.h"

namespace keras::kernels {

// Always three axes (depth, height, width); missing leading ones have size 1. Layout of data is channels_last.
struct Window {
  using Axes = std::array<int64_t, 3>;
  Axes input{1, 1, 1};
  Axes output{1, 1, 1};
  Axes kernel{1, 1, 1};
  Axes stride{1, 1, 1};
  Axes dilation{1, 1, 1};
  Axes pad_begin{0, 0, 0};  // what stands before the first element; the end follows from `output`

  // One to three sizes, aligned to the last axis: axes({h, w}, 1) == {1, h, w}.
  static Axes axes(const Dims& sizes, int64_t missing) {
    Axes result{missing, missing, missing};
    for (int i = 0; i < sizes.rank(); ++i) result[3 - sizes.rank() + i] = sizes[i];
    return result;
  }
  static int64_t count(const Axes& axes) { return axes[0] * axes[1] * axes[2]; }
};

}  // namespace keras::kernels
