// Vectors of 16-bit and 8-bit integers, whose products are summed in 32 bits.
#pragma once

#include <cstdint>
#include <cstring>

#include "kernels/simd.h"

namespace keras::kernels {

struct ShortVec {
  int16_t __attribute__((vector_size(16))) v;
};
struct ByteVec {
  int8_t __attribute__((vector_size(16))) v;
};

KERAS_INLINE void store(int32_t* p, IntVec x) { Eigen::internal::pstoreu<int32_t>(p, x.v); }
KERAS_INLINE IntVec load(const int32_t* p) {
  return {Eigen::internal::ploadu<Eigen::internal::Packet4i>(p)};
}
KERAS_INLINE IntVec max(IntVec a, IntVec b) {
#if defined(__wasm_simd128__)
  return {Eigen::internal::Packet4i(__m128i(wasm_i32x4_max(v128_t(a.v), v128_t(b.v))))};
#else
  return {Eigen::internal::pmax(a.v, b.v)};
#endif
}

KERAS_INLINE ShortVec as_shorts(IntVec a) {
  ShortVec out;
  std::memcpy(&out.v, &a.v, sizeof(out.v));
  return out;
}
// A constant loaded from memory: simd.h says why.
template <int32_t kValue>
KERAS_INLINE IntVec integer_constant() {
  static constexpr int32_t kStored = kValue;
  const int32_t* p = &kStored;
  asm("" : "+r"(p));  // hides the pointee from the compiler
  return splat_int(*p);
}

template <class V, class T>
KERAS_INLINE V load_bytes(const T* p) {
  V out;
  std::memcpy(&out.v, p, sizeof(out.v));
  return out;
}
KERAS_INLINE void store(int16_t* p, ShortVec x) { std::memcpy(p, &x.v, sizeof(x.v)); }
KERAS_INLINE void store(int8_t* p, ByteVec x) { std::memcpy(p, &x.v, sizeof(x.v)); }

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

// The first or the last four 16-bit integers.
KERAS_INLINE IntVec widen_low(ShortVec a) {
#if defined(__wasm_simd128__)
  return {Eigen::internal::Packet4i(__m128i(wasm_i32x4_extend_low_i16x8(v128_t(a.v))))};
#else
  const int32_t lanes[kLanes] = {a.v[0], a.v[1], a.v[2], a.v[3]};
  return load(lanes);
#endif
}
KERAS_INLINE IntVec widen_high(ShortVec a) {
#if defined(__wasm_simd128__)
  return {Eigen::internal::Packet4i(__m128i(wasm_i32x4_extend_high_i16x8(v128_t(a.v))))};
#else
  const int32_t lanes[kLanes] = {a.v[4], a.v[5], a.v[6], a.v[7]};
  return load(lanes);
#endif
}

// The lanes of `a`, then the lanes of `b`; all must fit.
KERAS_INLINE ShortVec narrow(IntVec a, IntVec b) {
#if defined(__wasm_simd128__)
  return {decltype(ShortVec::v)(wasm_i16x8_narrow_i32x4(v128_t(a.v), v128_t(b.v)))};
#else
  int32_t lanes[2 * kLanes];
  store(lanes, a);
  store(lanes + kLanes, b);
  ShortVec out;
  for (int i = 0; i < 2 * kLanes; ++i) out.v[i] = static_cast<int16_t>(lanes[i]);
  return out;
#endif
}
KERAS_INLINE ByteVec narrow(ShortVec a, ShortVec b) {
#if defined(__wasm_simd128__)
  return {decltype(ByteVec::v)(wasm_i8x16_narrow_i16x8(v128_t(a.v), v128_t(b.v)))};
#else
  ByteVec out;
  for (int i = 0; i < 2 * kLanes; ++i) {
    out.v[i] = static_cast<int8_t>(a.v[i]);
    out.v[i + 2 * kLanes] = static_cast<int8_t>(b.v[i]);
  }
  return out;
#endif
}
KERAS_INLINE ByteVec flip_signs(ByteVec a) { return {a.v ^ static_cast<int8_t>(-128)}; }

// Two 16-bit integers, four times.
KERAS_INLINE ShortVec splat_pair(const int16_t* p) {
#if defined(__wasm_simd128__)
  return {decltype(ShortVec::v)(wasm_v128_load32_splat(p))};
#else
  const int16_t a = p[0], b = p[1];
  return {decltype(ShortVec::v){a, b, a, b, a, b, a, b}};
#endif
}
// Four 8-bit integers, four times.
KERAS_INLINE ByteVec splat_quad(const int8_t* p) {
#if defined(__wasm_simd128__)
  return {decltype(ByteVec::v)(wasm_v128_load32_splat(p))};
#else
  ByteVec out;
  for (int i = 0; i < 4 * kLanes; ++i) out.v[i] = p[i % 4];
  return out;
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

// Lane i: sum[i] + a[4i] * b[4i] + ... + a[4i + 3] * b[4i + 3], a signed; whether the engine reads
// b as signed is what int8_format() finds out. Native code reads it as kUnsigned says.
#if defined(KERAS_RELAXED_SIMD) && defined(__wasm_relaxed_simd__)
#define KERAS_DOT_QUADS 1
template <bool kUnsigned>
KERAS_INLINE IntVec dot_quads(ByteVec a, ByteVec b, IntVec sum) {
  return {Eigen::internal::Packet4i(
      __m128i(wasm_i32x4_relaxed_dot_i8x16_i7x16_add(v128_t(a.v), v128_t(b.v), v128_t(sum.v))))};
}
#elif !defined(__wasm__)
#define KERAS_DOT_QUADS 1
template <bool kUnsigned>
KERAS_INLINE IntVec dot_quads(ByteVec a, ByteVec b, IntVec sum) {
  int32_t sums[kLanes];
  store(sums, sum);
  for (int i = 0; i < 4 * kLanes; ++i) {
    const int right = kUnsigned ? static_cast<uint8_t>(b.v[i]) : b.v[i];
    sums[i / 4] = static_cast<int32_t>(static_cast<uint32_t>(sums[i / 4]) +
                                       static_cast<uint32_t>(a.v[i] * right));
  }
  return load(sums);
}
#else
#define KERAS_DOT_QUADS 0
#endif

}  // namespace keras::kernels
