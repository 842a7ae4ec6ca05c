#include "kernels/draws.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>

#include "kernels/simd.h"
#include "kernels/xla_math.h"

namespace keras::kernels {
namespace {

using Words = uint32_t __attribute__((vector_size(16)));
using Doubles = double __attribute__((vector_size(16)));
using Longs = uint64_t __attribute__((vector_size(16)));

// --- Bits ---

// Vectors processed together, to hide instruction latency.
constexpr int kTogether = 4;
constexpr int kBlock = kTogether * kLanes;

KERAS_INLINE Words load_words(const uint32_t* p) {
  Words words;
  std::memcpy(&words, p, sizeof(words));
  return words;
}
KERAS_INLINE void store_words(uint32_t* p, Words words) { std::memcpy(p, &words, sizeof(words)); }

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

// Elements [first, first + kBlock) of the stream; `first` is a multiple of kBlock.
KERAS_INLINE void draw_block(const uint32_t (&schedule)[3], uint64_t first, uint32_t* to) {
  Words x0[kTogether], x1[kTogether];
  KERAS_UNROLL for (int i = 0; i < kTogether; ++i) {
    x0[i] = Words{} + (static_cast<uint32_t>(first >> 32) + schedule[0]);
    x1[i] = Words{0, 1, 2, 3} + (static_cast<uint32_t>(first) + kLanes * i + schedule[1]);
  }
  const auto inject = [&](uint32_t step) {
    const Words add0 = Words{} + schedule[step % 3];
    const Words add1 = Words{} + (schedule[(step + 1) % 3] + step);
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
  KERAS_UNROLL for (int i = 0; i < kTogether; ++i) store_words(to + kLanes * i, x0[i] ^ x1[i]);
}

// Words drawn before they are converted.
constexpr int kChunk = 256;

// Elements [first, first + n) of the stream, n <= kChunk, rounded up to whole blocks. (Not inlined:
// all distributions share this long function.)
__attribute__((noinline)) void draw_chunk(DrawKey key, uint64_t first, int n, uint32_t* to) {
  const uint32_t schedule[3] = {key.first, key.second, key.first ^ key.second ^ 0x1BD11BDAu};
  for (int at = 0; at < n; at += kBlock) {
    draw_block(schedule, first + static_cast<uint64_t>(at), to + at);
  }
}

// Calls f(bits, first, size) chunk by chunk. The last block is drawn completely, so whole vectors
// may be read.
template <class F>
KERAS_INLINE void each_chunk(DrawKey key, int64_t n, const F& f) {
  alignas(16) uint32_t bits[kChunk];
  for (int64_t first = 0; first < n; first += kChunk) {
    const int size = static_cast<int>(std::min<int64_t>(n - first, kChunk));
    draw_chunk(key, static_cast<uint64_t>(first), size, bits);
    f(bits, first, size);
  }
}

// y[i] = f(bits of element i), where f maps four at once.
template <class F>
KERAS_INLINE void each_four(DrawKey key, float* y, int64_t n, const F& f) {
  each_chunk(key, n, [&](const uint32_t* bits, int64_t first, int size) {
    float* to = y + first;
    int i = 0;
    for (; i + kLanes <= size; i += kLanes) store(to + i, f(load_words(bits + i)));
    if (i < size) store_partial(to + i, f(load_words(bits + i)), size - i);
  });
}

// --- Four floats as doubles, where the product of two is exact ---

struct Wide {
  Doubles low, high;
};

// The first two lanes. (Clang splits vectors of two floats, so the instructions are named.)
#if defined(__wasm_simd128__)
KERAS_INLINE Doubles widen_low(Vec x) {
  Doubles wide;
  asm("local.get %1\n\tf64x2.promote_low_f32x4\n\tlocal.set %0" : "=r"(wide) : "r"(x.v));
  return wide;
}
KERAS_INLINE Doubles widen_low(Words x) { return Doubles(wasm_f64x2_convert_low_i32x4(v128_t(x))); }
// The other lanes become 0.
KERAS_INLINE Vec narrow_low(Doubles x) {
  Vec narrow;
  asm("local.get %1\n\tf32x4.demote_f64x2_zero\n\tlocal.set %0" : "=r"(narrow.v) : "r"(x));
  return narrow;
}
#else
KERAS_INLINE Doubles widen_low(Vec x) { return Doubles{x.v[0], x.v[1]}; }
KERAS_INLINE Doubles widen_low(Words x) {
  return Doubles{static_cast<double>(static_cast<int32_t>(x[0])),
                 static_cast<double>(static_cast<int32_t>(x[1]))};
}
KERAS_INLINE Vec narrow_low(Doubles x) {
  return {Eigen::internal::Packet4f{static_cast<float>(x[0]), static_cast<float>(x[1]), 0.f, 0.f}};
}
#endif

KERAS_INLINE Vec upper_half(Vec x) { return {__builtin_shufflevector(x.v, x.v, 2, 3, 2, 3)}; }
KERAS_INLINE Words upper_half(Words x) { return __builtin_shufflevector(x, x, 2, 3, 2, 3); }

// Four floats, or words below 2^31.
template <class Four>
KERAS_INLINE Wide widen(Four x) {
  return {widen_low(x), widen_low(upper_half(x))};
}
KERAS_INLINE Vec rounded(Wide x) {
  return {__builtin_shufflevector(narrow_low(x.low).v, narrow_low(x.high).v, 0, 1, 4, 5)};
}

KERAS_INLINE Longs bits_of(Doubles x) { return std::bit_cast<Longs>(x); }

// product + addend, rounded to odd: rounding it again to float32 is as good as rounding once, as
// fma() does.
KERAS_INLINE Doubles sum_to_odd(Doubles product, Doubles addend) {
  const Doubles sum = product + addend;
  const Doubles part = sum - product;
  const Doubles error = (product - (sum - part)) + (addend - part);
  const Longs inexact = Longs(error < Doubles{}) | Longs(error > Doubles{});  // false for NaN
  const Longs inward = (bits_of(error) ^ bits_of(sum)) >> 63;
  // Makes an even last bit odd: adds 1 if the error points outward, subtracts 1 otherwise.
  const Longs step = (Longs{1, 1} - (inward << 1)) & inexact & ((bits_of(sum) & 1) - 1);
  return std::bit_cast<Doubles>(bits_of(sum) + step);
}

// --- Uniform numbers ---

// Whether unit * span + minimum is exact in float64 for all units with 23 bits.
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

// A double from memory in both lanes: see constant() in simd.h.
KERAS_INLINE Doubles both(const double& stored) {
  const double* p = &stored;
  asm("" : "+r"(p));
  return Doubles{*p, *p};
}

// Fused multiply-adds that round twice, first to float64. The second rounding is only wrong after a
// tie in the first, which is rare: these lanes are recorded, and the caller must check them.
class Fused {
 public:
  explicit Fused(Words ties = Words{}) : ties_(ties) {}
  // All ones in lanes with a tie, now or in the constructor's argument.
  Words ties() const { return ties_; }

  KERAS_INLINE Wide operator()(Wide a, Wide b, Wide c) {
    const Wide sum = {a.low * b.low + c.low, a.high * b.high + c.high};
    // The 29 bits that float32 lacks.
    const Words low = Words(sum.low), high = Words(sum.high);
    ties_ |= Words(__builtin_shufflevector(low, high, 0, 2, 4, 6) << 3 == 0x80000000u);
    return {widen_low(narrow_low(sum.low)), widen_low(narrow_low(sum.high))};
  }

  // Horner's rule with float coefficients.
  template <const auto& kCoefficients>
  KERAS_INLINE Wide polynomial(Wide x) {
    const Doubles first = both(kCoefficients[0]);
    return polynomial<kCoefficients>(Wide{first, first}, x);
  }
  // With another first coefficient.
  template <const auto& kCoefficients>
  KERAS_INLINE Wide polynomial(Wide result, Wide x) {
    constexpr int kSize = std::size(kCoefficients);
    KERAS_UNROLL for (int i = 1; i < kSize; ++i) {
      const Doubles next = both(kCoefficients[i]);
      result = (*this)(result, x, {next, next});
    }
    return result;
  }

 private:
  Words ties_;
};

// The coefficients of xla_math.cpp.
constexpr double kLogA[] = {7.0376836292e-2f, -1.1514610310e-1f, 1.1676998740e-1f};
constexpr double kLogB[] = {-1.2420140846e-1f, 1.4249322787e-1f, -1.6668057665e-1f};
constexpr double kLogC[] = {2.0000714765e-1f, -2.4999993993e-1f, 3.3333331174e-1f};
constexpr double kNumerator[] = {4.5270000862445199635215e-5f, 4.9854102823193375972212e-1f,
                                 6.5787325942061044846969e0f,  2.9911919328553073277375e1f,
                                 6.0949667980987787057556e1f,  5.7112963590585538103336e1f,
                                 2.0039553499201281259648e1f};
constexpr double kDenominator[] = {1.5062909083469192043167e1f, 8.3047565967967209469434e1f,
                                   2.2176239823732856465394e2f, 3.0909872225312059774938e2f,
                                   2.1642788614495947685003e2f, 6.0118660497603843919306e1f};
constexpr double kErfinv[] = {2.81022636e-08f,  3.43273939e-07f, -3.5233877e-06f,
                              -4.39150654e-06f, 0.00021858087f,  -0.00125372503f,
                              -0.00417768164f,  0.246640727f,    1.50140941f};
constexpr double kErfinvTail[] = {-0.000200214257f, 0.000100950558f, 0.00134934322f,
                                  -0.00367342844f,  0.00573950773f,  -0.0076224613f,
                                  0.00943887047f,   1.00167406f,     2.83297682f};

// xla_log(x) for normal x. Products of a float and a number with few bits are exact and
// need no fusing.
KERAS_INLINE Vec log_of_normal(Vec x, Fused& fused) {
  const IntVec bits = as_ints(x);
  Vec exponent = to_floats(shift_right<23>(bits) - splat_int(126));
  Vec m = as_floats((bits & splat_int(0x007FFFFF)) | splat_int(0x3F000000));
  const Vec low = less(m, splat(0.707106781186547524f));
  exponent = exponent - (low & splat(1.f));
  m = (m - splat(1.f)) + (low & m);
  const Vec m2 = m * m;
  const Wide wide = widen(m), m3 = widen(m2 * m);
  const Wide a = fused.polynomial<kLogA>(wide);
  const Wide b = fused.polynomial<kLogB>(wide);
  const Wide c = fused.polynomial<kLogC>(wide);
  Wide y = fused(a, m3, b);
  y = fused(y, m3, c);
  y = fused(m3, y, widen(exponent * splat(-2.12194440e-4f)));
  m = m - splat(0.5f) * m2;
  return exponent * splat(0.693359375f) + (m + rounded(y));
}

// xla_log1p(x) for -0.414 < x <= 0.
KERAS_INLINE Vec log1p_near_zero(Vec x, Fused& fused) {
  const Wide wide = widen(x);
  const Vec numerator = rounded(fused.polynomial<kNumerator>(wide));
  const Vec denominator =
      rounded(fused.polynomial<kDenominator>(widen(x + splat(1.5062909083469192043167e1f)), wide));
  const Vec x2 = x * x;
  const Vec tail = (x * x2) * (numerator / denominator);
  return x + (tail - splat(0.5f) * x2);
}

// xla_erfinv(u) * sqrt(2) for |u| < 1, where w = -log1p(-u * u).
KERAS_INLINE Vec normal_of(Vec u, Vec w, Fused& fused) {
  Vec p = rounded(fused.polynomial<kErfinv>(widen(w - splat(2.5f))));
  const Vec is_small = less(w, splat(5.f));
  const Words small = std::bit_cast<Words>(is_small.v);
  if ((small[0] & small[1] & small[2] & small[3]) == 0) {
    const Vec tails =
        rounded(fused.polynomial<kErfinvTail>(widen(sqrt(max(w, zero())) - splat(3.f))));
    p = select(is_small, p, tails);
  }
  return p * u * splat(1.41421354f);
}

// z[i] = the normal number of u[i], with size rounded up to whole vectors. Each step is a loop of
// its own, so that several vectors overlap and hide latency.
__attribute__((noinline)) void normal_chunk(const float* u, int size, float* z) {
  alignas(16) uint32_t ties[kChunk];
  for (int i = 0; i < size; i += kLanes) {
    Fused fused;
    const Vec x = load(u + i);
    store(z + i, log1p_near_zero(x * -x, fused));
    store_words(ties + i, fused.ties());
  }
  for (int i = 0; i < size; i += kLanes) {
    Fused fused(load_words(ties + i));
    const Vec x = load(u + i) * -load(u + i);
    const Vec is_near = less(splat(-0.41421356237309504880f), x);
    const Vec log1p = select(is_near, load(z + i), log_of_normal(x + splat(1.f), fused));
    store(z + i, -log1p);
    store_words(ties + i, fused.ties());
  }
  Words any{};
  for (int i = 0; i < size; i += kLanes) {
    Fused fused(load_words(ties + i));
    store(z + i, normal_of(load(u + i), load(z + i), fused));
    store_words(ties + i, fused.ties());
    any |= fused.ties();
  }
  if ((any[0] | any[1] | any[2] | any[3]) == 0) return;
  for (int i = 0; i < size; ++i) {
    if (ties[i] != 0) z[i] = xla_erfinv(u[i]) * 1.41421354f;
  }
}

// y = normal numbers, truncated at the limit, * stddev + mean.
void draw_normal(DrawKey key, const Uniform<true>& uniform, float limit, float mean, float stddev,
                 float* y, int64_t n) {
  each_chunk(key, n, [&](const uint32_t* bits, int64_t first, int size) {
    alignas(16) float u[kChunk], z[kChunk];
    for (int i = 0; i < size; i += kLanes) store(u + i, uniform(load_words(bits + i)));
    normal_chunk(u, size, z);
    for (int i = 0; i < size; i += kLanes) {
      const Vec cut = min(max(load(z + i), splat(-limit)), splat(limit));
      store(z + i, cut * splat(stddev) + splat(mean));
    }
    std::memcpy(y + first, z, static_cast<size_t>(size) * sizeof(float));
  });
}

}  // namespace

void draw_bits(DrawKey key, uint64_t first, uint32_t* y, int n) {
  alignas(16) uint32_t bits[kChunk];
  for (int at = 0; at < n; at += kChunk) {
    const int size = std::min(n - at, kChunk);
    draw_chunk(key, first + static_cast<uint64_t>(at), size, bits);
    std::memcpy(y + at, bits, static_cast<size_t>(size) * sizeof(uint32_t));
  }
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
  constexpr float kLeast = -0x1.fffffep-1f;  // the float after -1
  draw_normal(key, Uniform<true>(kLeast, 1.f - kLeast), std::numeric_limits<float>::infinity(),
              mean, stddev, y, n);
}

void draw_truncated_normal(DrawKey key, float mean, float stddev, float* y, int64_t n) {
  constexpr float kBound = 0.9544997215270996f;  // erf(sqrt(2)) in float32
  draw_normal(key, Uniform<true>(-kBound, kBound - -kBound), std::nextafter(2.f, 0.f), mean, stddev,
              y, n);
}

}  // namespace keras::kernels
