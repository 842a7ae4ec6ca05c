#include "kernels/depthwise_line.h"

#include <algorithm>
#include <iterator>

#include "kernels/simd.h"

namespace keras::kernels {
namespace {

// Step o reads kStride pixels of the input, which meet the taps of outputs o, o - 1, ... It begins
// the sum of output o and finishes that of output o - kOpen.
template <int kTaps, int kStride, int kLines>
class Slide {
 public:
  static constexpr int kOpen = (kTaps - 1) / kStride;  // sums that are not finished after a step

  Slide(const DepthwiseLine& p, const DepthwiseLineArrays& arrays, int64_t channel)
      : input_(static_cast<ptrdiff_t>(p.input)),
        output_(static_cast<ptrdiff_t>(p.output)),
        pad_(static_cast<ptrdiff_t>(p.pad)),
        pixel_(static_cast<ptrdiff_t>(p.channels)),
        start_(arrays.start + channel),
        start_step_(static_cast<ptrdiff_t>(arrays.start_step)),
        y_(arrays.y + channel),
        low_(splat(arrays.low)),
        high_(splat(arrays.high)) {
    KERAS_UNROLL
    for (int line = 0; line < kLines; ++line) {
      x_[line] = arrays.x[line] + channel;
      KERAS_UNROLL
      for (int tap = 0; tap < kTaps; ++tap)
        weights_[line][tap] = load(arrays.weights[line] + channel + tap * pixel_);
    }
    for (Vec& sum : open_) sum = zero();
  }

  KERAS_INLINE void run() {
    // Between these steps every pixel is inside, and so are both outputs.
    const ptrdiff_t first = std::max<ptrdiff_t>(kOpen, (pad_ + kStride - 1) / kStride);
    const ptrdiff_t last = std::min(output_, (input_ + pad_) / kStride);
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
  // Adds the products of one pixel of each line to the sums it belongs to, and returns the one that
  // this finishes. kPixel counts within a step.
  template <int kPixel>
  KERAS_INLINE Vec add(const Vec (&x)[kLines], Vec start) {
    Vec finished = start;
    if constexpr (kPixel == 0) {
      // From the oldest sum to the newest: each moves on by one place.
      constexpr int kOldest = kOpen * kStride;  // its tap
      finished = open_[0];
      if constexpr (kOldest < kTaps) finished = add_tap<kOldest>(x, finished);
      move_on<0>(x, start);
    } else {
      add_to_open<0, kPixel>(x);
    }
    return finished;
  }
  template <int kPlace>
  KERAS_INLINE void move_on(const Vec (&x)[kLines], Vec start) {
    if constexpr (kPlace < kOpen) {
      constexpr int kTap = (kOpen - 1 - kPlace) * kStride;
      const Vec sum = kPlace + 1 < kOpen ? open_[std::min(kPlace + 1, kOpen - 1)] : start;
      open_[kPlace] = add_tap<kTap>(x, sum);
      move_on<kPlace + 1>(x, start);
    }
  }
  template <int kPlace, int kPixel>
  KERAS_INLINE void add_to_open(const Vec (&x)[kLines]) {
    if constexpr (kPlace < kOpen) {
      constexpr int kTap = (kOpen - 1 - kPlace) * kStride + kPixel;
      if constexpr (kTap < kTaps) open_[kPlace] = add_tap<kTap>(x, open_[kPlace]);
      add_to_open<kPlace + 1, kPixel>(x);
    }
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
    ptrdiff_t offset = (o * kStride - pad_) * pixel_;
    const float* start = start_ + o * start_step_;
    float* y = y_ + (o - kOpen) * pixel_;
    KERAS_NO_UNROLL
    for (; o < end; ++o) {
      Vec x[kLines];
      load_pixels(offset, x);
      const Vec finished = add<0>(x, load(start));
      if constexpr (kStride == 2) {
        load_pixels(offset + pixel_, x);
        add<1>(x, zero());
      }
      finish(y, finished);
      offset += kStride * pixel_;
      start += start_step_;
      y += pixel_;
    }
  }

  KERAS_INLINE void checked_step(ptrdiff_t o) {
    Vec x[kLines];
    Vec finished = zero();
    KERAS_UNROLL
    for (int pixel = 0; pixel < kStride; ++pixel) {
      const ptrdiff_t at = o * kStride - pad_ + pixel;
      if (at >= 0 && at < input_) {
        load_pixels(at * pixel_, x);
      } else {
        for (Vec& value : x) value = zero();
      }
      if (pixel == 0) {
        finished = add<0>(x, o < output_ ? load(start_ + o * start_step_) : zero());
      } else {
        add<kStride - 1>(x, zero());
      }
    }
    if (o >= kOpen) finish(y_ + (o - kOpen) * pixel_, finished);
  }

  const ptrdiff_t input_, output_, pad_, pixel_;
  const float* x_[kLines];
  const float* start_;
  const ptrdiff_t start_step_;
  float* y_;
  const Vec low_, high_;
  Vec weights_[kLines][kTaps];
  Vec open_[kOpen];  // the oldest first
};

using Run = void(const DepthwiseLine&, const DepthwiseLineArrays&);

template <int kTaps, int kStride, int kLines>
void run(const DepthwiseLine& p, const DepthwiseLineArrays& arrays) {
  for (int64_t channel = 0; channel < p.channels; channel += kLanes)
    Slide<kTaps, kStride, kLines>(p, arrays, channel).run();
}

// Called through a table, so that no compiler joins them to one function with too many values for
// the registers.
template <int kTaps, int kStride>
constexpr Run* kRuns[] = {run<kTaps, kStride, 1>, run<kTaps, kStride, 2>, run<kTaps, kStride, 3>};
static_assert(std::size(kRuns<3, 1>) == DepthwiseLine::kMaxLines);

Run* choose(int64_t taps, int64_t stride, int64_t lines) {
  const auto* by_lines =
      taps == 3 ? (stride == 1 ? kRuns<3, 1> : kRuns<3, 2>) : stride == 1 ? kRuns<5, 1> : kRuns<5, 2>;
  return by_lines[lines - 1];
}

}  // namespace

bool DepthwiseLine::supports(int64_t taps, int64_t stride, int64_t dilation, int64_t channels) {
  return (taps == 3 || taps == 5) && (stride == 1 || stride == 2) && dilation == 1 &&
         channels % kLanes == 0;
}

void depthwise_line(const DepthwiseLine& p, const DepthwiseLineArrays& arrays) {
  choose(p.taps, p.stride, arrays.lines)(p, arrays);
}

}  // namespace keras::kernels
