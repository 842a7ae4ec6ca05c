#include "kernels/pool.h"

#include <algorithm>
#include <limits>

#include "kernels/parallel.h"
#include "kernels/vector_math.h"

namespace keras::kernels {
namespace {

struct MaxOp {
  static Vec start() { return splat(-std::numeric_limits<float>::infinity()); }
  static Vec join(Vec a, Vec b) { return maximum(a, b); }
  static Vec finish(Vec a, float) { return a; }
};

struct AverageOp {
  static Vec start() { return zero(); }
  static Vec join(Vec a, Vec b) { return a + b; }
  static Vec finish(Vec a, float count) { return a / splat(count); }
};

// The input elements under the window at one output position, without padding.
struct View {
  const float* x;  // first channel of the first element
  int64_t counts[3];
  int64_t strides[3];  // in floats
};

template <class Op, int kVectors>
KERAS_INLINE void pool_channels(const View& view, int64_t channel, int64_t lanes, float* y) {
  const auto get = [&](const float* p) {
    return kVectors == 1 && lanes < kLanes ? load_partial(p, lanes) : load(p);
  };
  Vec results[kVectors];
  KERAS_UNROLL
  for (Vec& result : results) result = Op::start();
  for (int64_t d = 0; d < view.counts[0]; ++d) {
    for (int64_t h = 0; h < view.counts[1]; ++h) {
      const float* x = view.x + d * view.strides[0] + h * view.strides[1] + channel;
      for (int64_t w = 0; w < view.counts[2]; ++w, x += view.strides[2]) {
        KERAS_UNROLL
        for (int v = 0; v < kVectors; ++v) results[v] = Op::join(results[v], get(x + v * kLanes));
      }
    }
  }
  const float count = static_cast<float>(view.counts[0] * view.counts[1] * view.counts[2]);
  KERAS_UNROLL
  for (int v = 0; v < kVectors; ++v) {
    const Vec result = Op::finish(results[v], count);
    if (kVectors == 1 && lanes < kLanes) {
      store_partial(y + channel, result, lanes);
    } else {
      store(y + channel + v * kLanes, result);
    }
  }
}

// One line of outputs along the width.
template <class Op>
void pool_line(const Window& w, int64_t line, int64_t channels, const float* x, float* y) {
  const int64_t strides[3] = {w.input[1] * w.input[2] * channels, w.input[2] * channels, channels};
  const int64_t lines = w.output[0] * w.output[1];
  View view;
  x += line / lines * w.input[0] * strides[0];
  const auto enter = [&](int axis, int64_t at) {
    const Window::Taps taps = w.taps(axis, at);
    view.counts[axis] = taps.end - taps.first;
    view.strides[axis] = strides[axis] * w.dilation[axis];
    return (at * w.stride[axis] + taps.first * w.dilation[axis] - w.pad_begin[axis]) *
           strides[axis];
  };
  x += enter(0, line % lines / w.output[1]);
  x += enter(1, line % w.output[1]);
  for (int64_t column = 0; column < w.output[2]; ++column, y += channels) {
    view.x = x + enter(2, column);
    int64_t channel = 0;
    for (; channel + 4 * kLanes <= channels; channel += 4 * kLanes)
      pool_channels<Op, 4>(view, channel, kLanes, y);
    for (; channel + kLanes <= channels; channel += kLanes)
      pool_channels<Op, 1>(view, channel, kLanes, y);
    if (channel < channels) pool_channels<Op, 1>(view, channel, channels - channel, y);
  }
}

template <class Op>
void run(const Window& w, int64_t batch, int64_t channels, const float* x, float* y) {
  const int64_t line_floats = w.output[2] * channels;
  const int64_t cost = line_floats / kLanes * Window::count(w.kernel);
  parallel_for(batch * w.output[0] * w.output[1], cost, [&](int64_t begin, int64_t end) {
    for (int64_t line = begin; line < end; ++line)
      pool_line<Op>(w, line, channels, x, y + line * line_floats);
  });
}

// NaN when either is.
float larger(float a, float b) { return a > b || a != a ? a : b; }

}  // namespace

void adaptive_pool(Pool kind, int64_t outer, int64_t size, int64_t inner, int64_t n, const float* x,
                   float* y) {
  for (int64_t o = 0; o < outer; ++o, x += size * inner) {
    for (int64_t i = 0; i < n; ++i, y += inner) {
      const int64_t begin = i * size / n, end = ((i + 1) * size + n - 1) / n;
      std::copy(x + begin * inner, x + (begin + 1) * inner, y);
      for (int64_t k = begin + 1; k < end; ++k) {
        for (int64_t c = 0; c < inner; ++c) {
          const float value = x[k * inner + c];
          y[c] = kind == Pool::kMax ? larger(y[c], value) : y[c] + value;
        }
      }
      if (kind == Pool::kMax) continue;
      const auto count = static_cast<float>(end - begin);
      for (int64_t c = 0; c < inner; ++c) y[c] /= count;
    }
  }
}

void pool(Pool kind, const Window& window, int64_t batch, int64_t channels, const float* x,
          float* y) {
  if (kind == Pool::kMax) {
    run<MaxOp>(window, batch, channels, x, y);
  } else {
    run<AverageOp>(window, batch, channels, x, y);
  }
}

}  // namespace keras::kernels
