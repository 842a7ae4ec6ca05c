#include "kernels/draws.h"

#include <bit>
#include <cmath>
#include <cstring>

#include "kernels/simd.h"
#include "kernels/xla_math.h"

namespace keras::kernels {
namespace {

using Words = uint32_t __attribute__((vector_size(16)));
using Doubles = double __attribute__((vector_size(16)));
using Longs = uint64_t __attribute__((vector_size(16)));
using HalfFloats = float __attribute__((vector_size(8)));
using HalfInts = int32_t __attribute__((vector_size(8)));

// --- Bits ---

// Vectors that go through the rounds together: each waits for its own last instruction.
constexpr int kTogether = 4;
constexpr int kBlock = kTogether * kLanes;

struct Block {
  Words words[kTogether];
};

template <int kBits>
KERAS_INLINE Words rotate_left(Words x) {
  return x << kBits | x >> (32 - kBits);
}

template <int... kRotations>
KERAS_INLINE void rounds(Words (&x0)[kTogether], Words (&x1)[kTogether]) {
  const auto round = [&]<int kRotation>() {
    KERAS_UNROLL for (int i = 0; i < kTogether; ++i) {
      x0[i] += x1[i];
      x1[i] = rotate_left<kRotation>(x1[i]) ^ x0[i];
    }
  };
  (round.template operator()<kRotations>(), ...);
}

// Threefry-2x32 of a key, for counters that count up.
class Threefry {
 public:
  explicit Threefry(DrawKey key)
      : schedule_{key.first, key.second, key.first ^ key.second ^ 0x1BD11BDAu} {}

  // Elements `first` to first + kBlock of the stream; first is a multiple of kBlock.
  KERAS_INLINE Block operator()(uint64_t first) const {
    Words x0[kTogether], x1[kTogether];
    KERAS_UNROLL for (int i = 0; i < kTogether; ++i) {
      x0[i] = Words{} + (static_cast<uint32_t>(first >> 32) + schedule_[0]);
      x1[i] = Words{0, 1, 2, 3} + (static_cast<uint32_t>(first) + kLanes * i + schedule_[1]);
    }
    const auto inject = [&](uint32_t step) {
      const Words add0 = Words{} + schedule_[step % 3];
      const Words add1 = Words{} + (schedule_[(step + 1) % 3] + step);
      KERAS_UNROLL for (int i = 0; i < kTogether; ++i) {
        x0[i] += add0;
        x1[i] += add1;
      }
    };
    rounds<13, 15, 26, 6>(x0, x1);
    inject(1);
    rounds<17, 29, 16, 24>(x0, x1);
    inject(2);
    rounds<13, 15, 26, 6>(x0, x1);
    inject(3);
    rounds<17, 29, 16, 24>(x0, x1);
    inject(4);
    rounds<13, 15, 26, 6>(x0, x1);
    inject(5);
    Block block;
    KERAS_UNROLL for (int i = 0; i < kTogether; ++i) block.words[i] = x0[i] ^ x1[i];
    return block;
  }

 private:
  uint32_t schedule_[3];
};

// y[i] = f(bits of element i), where f maps four at once.
template <class T, class F>
KERAS_INLINE void each_four(DrawKey key, T* y, int64_t n, const F& f) {
  const Threefry threefry(key);
  for (int64_t at = 0; at < n; at += kBlock) {
    const Block block = threefry(static_cast<uint64_t>(at));
    T last[kBlock];
    T* to = n - at < kBlock ? last : y + at;
    KERAS_UNROLL for (int i = 0; i < kTogether; ++i) {
      const auto four = f(block.words[i]);
      static_assert(sizeof(four) == kLanes * sizeof(T));
      std::memcpy(to + kLanes * i, &four, sizeof(four));
    }
    if (to == last) std::memcpy(y + at, last, static_cast<size_t>(n - at) * sizeof(T));
  }
}

// --- Four floats as doubles, where the product of two is exact ---

struct Wide {
  Doubles low, high;
};

KERAS_INLINE Wide widen(Words x) {  // of less than 2^31
  const HalfInts low = {static_cast<int32_t>(x[0]), static_cast<int32_t>(x[1])};
  const HalfInts high = {static_cast<int32_t>(x[2]), static_cast<int32_t>(x[3])};
  return {__builtin_convertvector(low, Doubles), __builtin_convertvector(high, Doubles)};
}
KERAS_INLINE Doubles widen(HalfFloats x) { return __builtin_convertvector(x, Doubles); }
KERAS_INLINE Wide widen(Vec x) {
  return {widen(HalfFloats{x.v[0], x.v[1]}), widen(HalfFloats{x.v[2], x.v[3]})};
}
KERAS_INLINE HalfFloats rounded(Doubles x) { return __builtin_convertvector(x, HalfFloats); }
KERAS_INLINE Vec rounded(Wide x) {
  const HalfFloats low = rounded(x.low), high = rounded(x.high);
  return {Eigen::internal::Packet4f{low[0], low[1], high[0], high[1]}};
}

KERAS_INLINE Longs bits_of(Doubles x) { return std::bit_cast<Longs>(x); }

// product + addend so that rounding it again to float32 is as good as rounding once: as in fma().
KERAS_INLINE Doubles sum_to_odd(Doubles product, Doubles addend) {
  const Doubles sum = product + addend;
  const Doubles part = sum - product;
  const Doubles error = (product - (sum - part)) + (addend - part);
  const Longs inexact = Longs(error < Doubles{}) | Longs(error > Doubles{});  // not where it is NaN
  const Longs inward = (bits_of(error) ^ bits_of(sum)) >> 63;
  // An even last bit becomes odd: 1 is added outward and taken away inward.
  const Longs step = (Longs{1, 1} - (inward << 1)) & inexact & ((bits_of(sum) & 1) - 1);
  return std::bit_cast<Doubles>(bits_of(sum) + step);
}

// --- Uniform numbers ---

// Whether unit * span + minimum is exact in float64 for every unit of 23 bits.
bool sums_are_exact(float minimum, float span) {
  if (!std::isnormal(span)) return false;
  if (minimum == 0.f) return true;
  if (!std::isnormal(minimum)) return false;
  const int gap = std::ilogb(span) - std::ilogb(minimum);
  return -3 <= gap && gap <= 24;
}

template <bool kExact>
struct Uniform {
  double minimum, step;

  Uniform(float low, float span) : minimum(low), step(std::ldexp(static_cast<double>(span), -23)) {}

  KERAS_INLINE Vec operator()(Words bits) const {
    const Wide units = widen(bits >> 9);
    const Doubles low = units.low * step, high = units.high * step;
    const Doubles from = Doubles{} + minimum;
    const Wide sums = kExact ? Wide{low + from, high + from}
                             : Wide{sum_to_odd(low, from), sum_to_odd(high, from)};
    return max(splat(static_cast<float>(minimum)), rounded(sums));
  }
};

// --- Normal numbers ---

// Fused multiply-adds that round twice, first to float64. The second rounding goes wrong only where
// the first left a tie, which hardly ever happens: that is noted, and the caller has to look.
class Fused {
 public:
  KERAS_INLINE Wide operator()(Wide a, Wide b, float c) {
    return {one(a.low, b.low, c), one(a.high, b.high, c)};
  }
  KERAS_INLINE Wide operator()(Wide a, Wide b, Wide c) {
    return {one(a.low, b.low, c.low), one(a.high, b.high, c.high)};
  }

  // Horner's rule.
  template <int N>
  KERAS_INLINE Wide polynomial(const float (&coefficients)[N], Wide x) {
    return polynomial(splat(coefficients[0]), coefficients, x);
  }
  template <int N>
  KERAS_INLINE Wide polynomial(Vec start, const float (&coefficients)[N], Wide x) {
    Wide result = widen(start);
    KERAS_UNROLL for (int i = 1; i < N; ++i) result = (*this)(result, x, coefficients[i]);
    return result;
  }

  bool met_tie() const { return (ties_[0] | ties_[1]) != 0; }

 private:
  template <class C>
  KERAS_INLINE Doubles one(Doubles a, Doubles b, C c) {
    const Doubles sum = a * b + c;
    ties_ |= Longs((bits_of(sum) & 0x1FFFFFFF) == Longs{0x10000000, 0x10000000});
    return widen(rounded(sum));
  }

  Longs ties_{};
};

// xla_log(x) for normal x. Where a float is multiplied by a number of few bits there is nothing to
// fuse: the product is exact.
KERAS_INLINE Vec log_of_normal(Vec x, Fused& fused) {
  const IntVec bits = as_ints(x);
  Vec exponent = to_floats(shift_right<23>(bits) - splat_int(126));
  Vec m = as_floats((bits & splat_int(0x007FFFFF)) | splat_int(0x3F000000));
  const Vec low = less(m, splat(0.707106781186547524f));
  exponent = exponent - (low & splat(1.f));
  m = (m - splat(1.f)) + (low & m);
  const Vec m2 = m * m;
  const Wide wide = widen(m), m3 = widen(m2 * m);
  const Wide a = fused.polynomial({7.0376836292e-2f, -1.1514610310e-1f, 1.1676998740e-1f}, wide);
  const Wide b = fused.polynomial({-1.2420140846e-1f, 1.4249322787e-1f, -1.6668057665e-1f}, wide);
  const Wide c = fused.polynomial({2.0000714765e-1f, -2.4999993993e-1f, 3.3333331174e-1f}, wide);
  Wide y = fused(a, m3, b);
  y = fused(y, m3, c);
  y = fused(m3, y, widen(exponent * splat(-2.12194440e-4f)));
  m = m - splat(0.5f) * m2;
  return exponent * splat(0.693359375f) + (m + rounded(y));
}

// xla_log1p(x) for -1 < x <= 0.
KERAS_INLINE Vec log1p_of_negative(Vec x, Fused& fused) {
  const Wide wide = widen(x);
  const Vec numerator = rounded(fused.polynomial(
      {4.5270000862445199635215e-5f, 4.9854102823193375972212e-1f, 6.5787325942061044846969e0f,
       2.9911919328553073277375e1f, 6.0949667980987787057556e1f, 5.7112963590585538103336e1f,
       2.0039553499201281259648e1f},
      wide));
  const Vec denominator = rounded(fused.polynomial(
      x + splat(1.5062909083469192043167e1f),
      {1.5062909083469192043167e1f, 8.3047565967967209469434e1f, 2.2176239823732856465394e2f,
       3.0909872225312059774938e2f, 2.1642788614495947685003e2f, 6.0118660497603843919306e1f},
      wide));
  const Vec x2 = x * x;
  const Vec tail = (x * x2) * (numerator / denominator);
  const Vec near_zero = x + (tail - splat(0.5f) * x2);
  const Vec is_near = less(splat(-0.41421356237309504880f), x);
  return select(is_near, near_zero, log_of_normal(x + splat(1.f), fused));
}

// xla_erfinv(u) * sqrt(2) for |u| < 1.
KERAS_INLINE Vec normal_of(Vec u) {
  Fused fused;
  const Vec w = -log1p_of_negative(u * -u, fused);
  Vec p = rounded(fused.polynomial(
      {2.81022636e-08f, 3.43273939e-07f, -3.5233877e-06f, -4.39150654e-06f, 0.00021858087f,
       -0.00125372503f, -0.00417768164f, 0.246640727f, 1.50140941f},
      widen(w - splat(2.5f))));
  const Vec is_small = less(w, splat(5.f));
  const Words small = std::bit_cast<Words>(is_small.v);
  if ((small[0] & small[1] & small[2] & small[3]) == 0) {
    const Vec tails = rounded(fused.polynomial(
        {-0.000200214257f, 0.000100950558f, 0.00134934322f, -0.00367342844f, 0.00573950773f,
         -0.0076224613f, 0.00943887047f, 1.00167406f, 2.83297682f},
        widen(sqrt(max(w, zero())) - splat(3.f))));
    p = select(is_small, p, tails);
  }
  if (fused.met_tie()) {
    float lanes[kLanes];
    store(lanes, u);
    for (float& lane : lanes) lane = xla_erfinv(lane) * 1.41421354f;
    return load(lanes);
  }
  return p * u * splat(1.41421354f);
}

}  // namespace

void draw_bits(DrawKey key, uint32_t* y, int64_t n) {
  each_four(key, y, n, [](Words bits) { return bits; });
}

void draw_units(DrawKey key, float* y, int64_t n) {
  each_four(key, y, n, [](Words bits) {
    return Vec{std::bit_cast<Eigen::internal::Packet4f>(bits >> 9 | 0x3F800000u)} - splat(1.f);
  });
}

void draw_uniform(DrawKey key, float minimum, float maximum, float* y, int64_t n) {
  const float span = maximum - minimum;
  if (sums_are_exact(minimum, span)) {
    each_four(key, y, n, Uniform<true>(minimum, span));
  } else {
    each_four(key, y, n, Uniform<false>(minimum, span));
  }
}

void draw_normal(DrawKey key, float mean, float stddev, float* y, int64_t n) {
  const float low = std::bit_cast<float>(0xBF7FFFFFu);
  const Uniform<true> uniform(low, 1.f - low);
  each_four(key, y, n, [&](Words bits) {
    return normal_of(uniform(bits)) * splat(stddev) + splat(mean);
  });
}

void draw_truncated_normal(DrawKey key, float mean, float stddev, float* y, int64_t n) {
  constexpr float kBound = 0.9544997215270996f;  // erf(sqrt(2)) in float32
  const Uniform<true> uniform(-kBound, kBound - -kBound);
  const float largest = std::nextafter(2.f, 0.f);
  each_four(key, y, n, [&](Words bits) {
    const Vec value = min(max(normal_of(uniform(bits)), splat(-largest)), splat(largest));
    return value * splat(stddev) + splat(mean);
  });
}

}  // namespace keras::kernels
