#include "kernels/depthwise_group.h"

#include <algorithm>
#include <iterator>

#include "kernels/simd.h"

namespace keras::kernels {
namespace {

// Outputs computed together: as many sums and pixels as fit the registers with one weight.
constexpr int kMostOutputs = 6;

template <int kOutputs, int kTaps, int kStride>
struct Group {
  Vec sums[kOutputs];

  // The taps kTap, kTap + kStride, ... of one line. They read every kStride-th pixel, so that each
  // needs only one new pixel.
  template <int kTap>
  KERAS_INLINE void add(const float* const* pixels, int64_t channel, const float* weights,
                        ptrdiff_t weight_step) {
    Vec x[kOutputs];  // ring buffer
    KERAS_UNROLL
    for (int i = 0; i < kOutputs - 1; ++i) x[i] = load(pixels[kTap + i * kStride] + channel);
    KERAS_UNROLL
    for (int step = 0; kTap + step * kStride < kTaps; ++step) {
      const int tap = kTap + step * kStride;
      x[(step + kOutputs - 1) % kOutputs] = load(pixels[tap + (kOutputs - 1) * kStride] + channel);
      const Vec weight = load(weights + tap * weight_step);
      KERAS_UNROLL
      for (int i = 0; i < kOutputs; ++i) sums[i] = madd(x[(step + i) % kOutputs], weight, sums[i]);
    }
  }
};

template <int kOutputs, int kTaps, int kStride>
void run(const DepthwiseGroups& p, int64_t first_output) {
  const auto channels = static_cast<ptrdiff_t>(p.channels);
  const auto first_pixel = static_cast<ptrdiff_t>(first_output) * kStride;
  float* y = p.y + first_output * p.channels;
  const Vec low = splat(p.low), high = splat(p.high);
  for (int64_t next = p.first_channel; next < p.end_channel; next += kLanes) {
    // The last four channels may overlap the previous ones and are computed twice.
    const int64_t channel = std::min(next, p.end_channel - kLanes);
    Group<kOutputs, kTaps, kStride> group;
    const Vec bias = load(p.bias + channel);
    for (Vec& sum : group.sums) sum = bias;
    KERAS_NO_UNROLL
    for (ptrdiff_t line = 0; line < p.lines; ++line) {
      const float* const* pixels = p.pixels[line] + first_pixel;
      const float* weights = p.weights[line] + channel;
      group.template add<0>(pixels, channel, weights, channels);
      if constexpr (kStride == 2) group.template add<1>(pixels, channel, weights, channels);
    }
    KERAS_UNROLL
    for (int i = 0; i < kOutputs; ++i)
      store(y + i * channels + channel, min(max(group.sums[i], low), high));
  }
}

using Run = void(const DepthwiseGroups&, int64_t);

// Indexed by the number of outputs - 1.
template <int kTaps, int kStride>
constexpr Run* kRuns[] = {run<1, kTaps, kStride>, run<2, kTaps, kStride>, run<3, kTaps, kStride>,
                          run<4, kTaps, kStride>, run<5, kTaps, kStride>, run<6, kTaps, kStride>};
static_assert(std::size(kRuns<3, 1>) == kMostOutputs);

Run* const* choose(int64_t taps, int64_t stride) {
  switch (taps) {
    case 3:
      return stride == 1 ? kRuns<3, 1> : kRuns<3, 2>;
    case 5:
      return stride == 1 ? kRuns<5, 1> : kRuns<5, 2>;
    default:
      return kRuns<7, 1>;
  }
}

}  // namespace

bool DepthwiseGroups::supports(int64_t taps, int64_t stride, int64_t dilation, int64_t channels) {
  // Without fused multiply-add, seven taps need too many registers in some engines.
  const bool geometry = stride == 1   ? taps == 3 || taps == 5 || (taps == 7 && KERAS_FUSED_MADD)
                        : stride == 2 ? taps == 3 || taps == 5
                                      : false;
  return geometry && dilation == 1 && channels >= kLanes;
}

void depthwise_groups(const DepthwiseGroups& p) {
  Run* const* runs = choose(p.taps, p.stride);
  // Groups of about equal size.
  const int64_t groups = (p.outputs + kMostOutputs - 1) / kMostOutputs;
  for (int64_t group = 0; group < groups; ++group) {
    const int64_t first = group * p.outputs / groups, end = (group + 1) * p.outputs / groups;
    runs[end - first - 1](p, first);
  }
}

}  // namespace keras::kernels
