// Vectors of eight 16-bit integers, whose products are summed in 32 bits.
#pragma once

#include <cstdint>
#include <cstring>

#include "kernels/simd.h"

namespace keras::kernels {

struct ShortVec {
  int16_t __attribute__((vector_size(16))) v;
};

KERAS_INLINE void store(int32_t* p, IntVec x) { Eigen::internal::pstoreu<int32_t>(p, x.v); }

// Eight 8-bit integers as 16-bit ones.
KERAS_INLINE ShortVec widen(const int8_t* p) {
#if defined(__wasm_simd128__)
  return {decltype(ShortVec::v)(wasm_i16x8_load8x8(p))};
#else
  int8_t __attribute__((vector_size(8))) bytes;
  std::memcpy(&bytes, p, sizeof(bytes));
  return {__builtin_convertvector(bytes, decltype(ShortVec::v))};
#endif
}

// Two 16-bit integers, four times.
KERAS_INLINE ShortVec splat_pair(const int16_t* p) {
#if defined(__wasm_simd128__)
  return {decltype(ShortVec::v)(wasm_v128_load32_splat(p))};
#else
  const int16_t a = p[0], b = p[1];
  return {decltype(ShortVec::v){a, b, a, b, a, b, a, b}};
#endif
}

// Lane i: a[2i] * b[2i] + a[2i + 1] * b[2i + 1].
KERAS_INLINE IntVec dot_pairs(ShortVec a, ShortVec b) {
#if defined(__wasm_simd128__)
  return {Eigen::internal::Packet4i(__m128i(wasm_i32x4_dot_i16x8(v128_t(a.v), v128_t(b.v))))};
#else
  using Ints = int32_t __attribute__((vector_size(16)));
  const auto even = [](ShortVec x) {
    return __builtin_convertvector(__builtin_shufflevector(x.v, x.v, 0, 2, 4, 6), Ints);
  };
  const auto odd = [](ShortVec x) {
    return __builtin_convertvector(__builtin_shufflevector(x.v, x.v, 1, 3, 5, 7), Ints);
  };
  const Ints sums = even(a) * even(b) + odd(a) * odd(b);
  return {
      Eigen::internal::ploadu<Eigen::internal::Packet4i>(reinterpret_cast<const int32_t*>(&sums))};
#endif
}

}  // namespace keras::kernels
