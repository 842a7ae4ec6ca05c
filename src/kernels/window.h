// The geometry of convolution and pooling: a window that slides over one to three spatial axes.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "kernels/dims.h"

namespace keras::kernels {

// Always three axes (depth, height, width); missing leading ones have size 1.
// Data is channels_last.
struct Window {
  using Axes = std::array<int64_t, 3>;
  Axes input{1, 1, 1};
  Axes output{1, 1, 1};
  Axes kernel{1, 1, 1};
  Axes stride{1, 1, 1};
  Axes dilation{1, 1, 1};
  // before the first element; the padding at the end follows from `output`
  Axes pad_begin{0, 0, 0};

  // One to three sizes, aligned to the last axis: axes({h, w}, 1) == {1, h, w}.
  static Axes axes(const Dims& sizes, int64_t missing) {
    Axes result{missing, missing, missing};
    for (int i = 0; i < sizes.rank(); ++i) result[3 - sizes.rank() + i] = sizes[i];
    return result;
  }
  // The taps along one axis that read input elements, not padding, at output position `position`:
  // [first, end).
  struct Taps {
    int64_t first, end;
  };
  Taps taps(int axis, int64_t position) const {
    const int64_t start = position * stride[axis] - pad_begin[axis];  // the position of tap 0
    const int64_t step = dilation[axis];
    const int64_t first = start < 0 ? (-start + step - 1) / step : 0;
    const int64_t end = start < input[axis] ? (input[axis] - start + step - 1) / step : 0;
    return {first, std::clamp(end, first, std::max(first, kernel[axis]))};
  }

  static int64_t count(const Axes& axes) { return axes[0] * axes[1] * axes[2]; }
};

}  // namespace keras::kernels
