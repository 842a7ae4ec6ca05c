#include "kernels/depthwise_line.h"

#include <algorithm>
#include <iterator>

#include "kernels/simd.h"

namespace keras::kernels {
namespace {

// Step o reads one pixel of each line, for the taps of outputs o, o - 1 and o - 2: it starts the
// sum of output o and finishes output o - 2.
template <int kLines>
class Slide {
 public:
  Slide(const DepthwiseLine& p, const DepthwiseLineArrays& arrays, int64_t channel)
      : input_(static_cast<ptrdiff_t>(p.input)),
        output_(static_cast<ptrdiff_t>(p.output)),
        pad_(static_cast<ptrdiff_t>(p.pad)),
        pixel_(static_cast<ptrdiff_t>(p.channels)),
        y_(arrays.y + channel),
        bias_(load(arrays.bias + channel)),
        low_(splat(arrays.low)),
        high_(splat(arrays.high)),
        older_(zero()),
        newer_(zero()) {
    KERAS_UNROLL
    for (int line = 0; line < kLines; ++line) {
      x_[line] = arrays.x[line] + channel;
      KERAS_UNROLL
      for (int tap = 0; tap < DepthwiseLine::kTaps; ++tap)
        weights_[line][tap] = load(arrays.weights[line] + channel + tap * pixel_);
    }
  }

  KERAS_INLINE void run() {
    // Between these steps, every pixel and both outputs are inside.
    const ptrdiff_t first = std::max(kOpen, pad_);
    const ptrdiff_t last = std::min(output_, input_ + pad_);
    const ptrdiff_t end = output_ + kOpen;
    for (ptrdiff_t o = 0; o < end;) {
      if (o >= first && o < last) {
        whole_steps(o, last);
        o = last;
      } else {
        checked_step(o++);
      }
    }
  }

 private:
  static constexpr ptrdiff_t kOpen = DepthwiseLine::kTaps - 1;  // unfinished sums after a step

  // Returns the sum that these pixels finish.
  KERAS_INLINE Vec add(const Vec (&x)[kLines]) {
    const Vec finished = add_tap<2>(x, older_);
    older_ = add_tap<1>(x, newer_);
    newer_ = add_tap<0>(x, bias_);
    return finished;
  }
  template <int kTap>
  KERAS_INLINE Vec add_tap(const Vec (&x)[kLines], Vec sum) const {
    KERAS_UNROLL
    for (int line = 0; line < kLines; ++line) sum = madd(x[line], weights_[line][kTap], sum);
    return sum;
  }

  KERAS_INLINE void load_pixels(ptrdiff_t offset, Vec (&x)[kLines]) const {
    KERAS_UNROLL
    for (int line = 0; line < kLines; ++line) x[line] = load(x_[line] + offset);
  }
  KERAS_INLINE void finish(float* y, Vec sum) const { store(y, min(max(sum, low_), high_)); }

  KERAS_INLINE void whole_steps(ptrdiff_t o, ptrdiff_t end) {
    ptrdiff_t offset = (o - pad_) * pixel_;
    float* y = y_ + (o - kOpen) * pixel_;
    KERAS_NO_UNROLL
    for (; o < end; ++o) {
      Vec x[kLines];
      load_pixels(offset, x);
      finish(y, add(x));
      offset += pixel_;
      y += pixel_;
    }
  }

  KERAS_INLINE void checked_step(ptrdiff_t o) {
    Vec x[kLines];
    if (o >= pad_ && o < input_ + pad_) {
      load_pixels((o - pad_) * pixel_, x);
    } else {
      for (Vec& value : x) value = zero();
    }
    const Vec finished = add(x);
    if (o >= kOpen) finish(y_ + (o - kOpen) * pixel_, finished);
  }

  const ptrdiff_t input_, output_, pad_, pixel_;
  const float* x_[kLines];
  float* y_;
  const Vec bias_, low_, high_;
  Vec weights_[kLines][DepthwiseLine::kTaps];
  Vec older_, newer_;  // unfinished sums
};

using Run = void(const DepthwiseLine&, const DepthwiseLineArrays&);

template <int kLines>
void run(const DepthwiseLine& p, const DepthwiseLineArrays& arrays) {
  for (int64_t next = p.first_channel; next < p.end_channel; next += kLanes) {
    // The last four channels may overlap the previous ones and are computed twice.
    const int64_t channel = std::min(next, p.end_channel - kLanes);
    Slide<kLines>(p, arrays, channel).run();
  }
}

// Called through a table, so that compilers do not merge them into one function that
// exceeds the registers.
constexpr Run* kRuns[] = {run<1>, run<2>, run<3>};
static_assert(std::size(kRuns) == DepthwiseLine::kMaxLines);

}  // namespace

bool DepthwiseLine::supports(int64_t lines, int64_t taps, int64_t stride, int64_t dilation,
                             int64_t channels) {
  return lines <= kMaxLines && taps == kTaps && stride == 1 && dilation == 1 && channels >= kLanes;
}

void depthwise_line(const DepthwiseLine& p, const DepthwiseLineArrays& arrays) {
  kRuns[arrays.lines - 1](p, arrays);
}

}  // namespace keras::kernels
