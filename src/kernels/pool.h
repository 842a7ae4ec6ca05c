// Maximum and average over a sliding window of 1-3 spatial axes, channels last.
#pragma once

#include <cstdint>

#include "kernels/window.h"

namespace keras::kernels {

enum class Pool : uint8_t { kMax, kAverage };

// x [batch, input..., channels] -> y [batch, output..., channels]. Padding never counts: the
// average divides by the number of real elements under the window, the maximum of none is
// -infinity. Global pooling is a reduction (reduce.h).
void pool(Pool kind, const Window& window, int64_t batch, int64_t channels, const float* x,
          float* y);

}  // namespace keras::kernels
