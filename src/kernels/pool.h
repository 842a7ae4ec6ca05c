// Max and average pooling over 1-3 spatial axes, channels last.
#pragma once

#include <cstdint>

#include "kernels/window.h"

namespace keras::kernels {

enum class Pool : uint8_t { kMax, kAverage };

// x [batch, input..., channels] -> y [batch, output..., channels]. Padding is ignored: the average
// divides by the number of input elements under the window, and the maximum of none is -infinity.
// Global pooling is a reduction (reduce.h).
void pool(Pool kind, const Window& window, int64_t batch, int64_t channels, const float* x,
          float* y);

// x [outer, size, inner] -> y [outer, n, inner]. Output i covers elements floor(i * size / n) to
// ceil((i + 1) * size / n) of the axis (keras.ops.adaptive_average_pool); `size` is not 0.
void adaptive_pool(Pool kind, int64_t outer, int64_t size, int64_t inner, int64_t n, const float* x,
                   float* y);

}  // namespace keras::kernels
