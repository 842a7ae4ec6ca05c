#include "kernels/quantize_rows.h"

#include <algorithm>
#include <bit>

#include "kernels/integer_vectors.h"
#include "kernels/parallel.h"

namespace keras::kernels {
namespace {

constexpr int64_t kBlock = 4 * kLanes;  // values converted together

// The bits of non-negative floats are ordered like the floats, and the bits of NaN are above.
float largest_magnitude(const float* x, int64_t k) {
  const IntVec magnitude = splat_int(0x7FFFFFFF);
  IntVec largest[2] = {splat_int(0), splat_int(0)};
  int64_t i = 0;
  for (; i + 2 * kLanes <= k; i += 2 * kLanes) {
    largest[0] = max(largest[0], as_ints(load(x + i)) & magnitude);
    largest[1] = max(largest[1], as_ints(load(x + i + kLanes)) & magnitude);
  }
  int32_t lanes[kLanes];
  store(lanes, max(largest[0], largest[1]));
  int32_t most = *std::max_element(lanes, lanes + kLanes);
  for (; i < k; ++i) most = std::max(most, std::bit_cast<int32_t>(x[i]) & 0x7FFFFFFF);
  return std::bit_cast<float>(most);
}

struct Rounding {
  Vec scale, low, high;

  // Adding 1.5 * 2^23 rounds half to even, and leaves the integer in the lowest bits.
  KERAS_INLINE IntVec operator()(const float* x) const {
    const Vec shift = constant<12582912.f>();
    const Vec scaled = load(x) * scale;
    const Vec number = scaled & equal(scaled, scaled);
    const Vec bounded = min(max(number, low), high);
    return as_ints(bounded + shift) - as_ints(shift);
  }
};

// kBlock values from 32-bit integers.
template <Int8Format kFormat>
KERAS_INLINE void put(IntVec a, IntVec b, IntVec c, IntVec d, std::byte* to) {
  const ShortVec first = narrow(a, b), second = narrow(c, d);
  if constexpr (kFormat == Int8Format::kPairs) {
    auto* pairs = reinterpret_cast<int16_t*>(to);
    store(pairs, first);
    store(pairs + 2 * kLanes, second);
  } else {
    const ByteVec bytes = narrow(first, second);
    store(reinterpret_cast<int8_t*>(to),
          kFormat == Int8Format::kUnsignedQuads ? flip_signs(bytes) : bytes);
  }
}

template <Int8Format kFormat>
void quantize_row(const float* x, int64_t k, const Rounding& rounded, std::byte* to) {
  constexpr int64_t kBytes = kFormat == Int8Format::kPairs ? 2 * kBlock : kBlock;
  int64_t i = 0;
  for (; i + kBlock <= k; i += kBlock, to += kBytes) {
    put<kFormat>(rounded(x + i), rounded(x + i + kLanes), rounded(x + i + 2 * kLanes),
                 rounded(x + i + 3 * kLanes), to);
  }
  if (i == k) return;
  float rest[kBlock] = {};
  std::copy_n(x + i, k - i, rest);
  put<kFormat>(rounded(rest), rounded(rest + kLanes), rounded(rest + 2 * kLanes),
               rounded(rest + 3 * kLanes), to);
}

// Calls f with the format as a constant.
template <class F>
void with_format(Int8Format format, const F& f) {
  switch (format) {
    case Int8Format::kPairs:
      return f(std::integral_constant<Int8Format, Int8Format::kPairs>());
    case Int8Format::kSignedQuads:
      return f(std::integral_constant<Int8Format, Int8Format::kSignedQuads>());
    case Int8Format::kUnsignedQuads:
      return f(std::integral_constant<Int8Format, Int8Format::kUnsignedQuads>());
  }
}

}  // namespace

int64_t row_bytes(Int8Format format, int64_t k) {
  return (k + kBlock - 1) / kBlock * kBlock * (format == Int8Format::kPairs ? 2 : 1);
}

void quantize_rows(Int8Format format, const float* x, int64_t ldx, int64_t m, int64_t k,
                   const QuantizedRange& range, std::byte* rows, float* scales) {
  const int64_t bytes = row_bytes(format, k);
  with_format(format, [&](auto constant) {
    parallel_for(m, 3 * k / kLanes, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const float* row = x + i * ldx;
        scales[i] = range.high / (largest_magnitude(row, k) + range.epsilon);
        quantize_row<constant()>(row, k, {splat(scales[i]), splat(range.low), splat(range.high)},
                                 rows + i * bytes);
      }
    });
  });
}

void copy_rows(Int8Format format, const int8_t* x, int64_t ldx, int64_t m, int64_t k,
               std::byte* rows) {
  const int64_t bytes = row_bytes(format, k);
  parallel_for(m, k / kLanes, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int8_t* from = x + i * ldx;
      std::byte* to = rows + i * bytes;
      std::fill_n(to, bytes, std::byte{0});
      if (format == Int8Format::kPairs) {
        std::copy_n(from, k, reinterpret_cast<int16_t*>(to));
      } else {
        const int flipped = format == Int8Format::kUnsignedQuads ? 0x80 : 0;
        for (int64_t j = 0; j < k; ++j) to[j] = static_cast<std::byte>(from[j] ^ flipped);
      }
    }
  });
}

}  // namespace keras::kernels
