// Vectors of four floats. Only this header and vector_math.h use Eigen's packets. Everything is 128
// bits wide as in WebAssembly, so that native tests run the code that ships.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <cstring>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

#if defined(KERAS_RELAXED_SIMD) && defined(__wasm_relaxed_simd__)
#define KERAS_FUSED_MADD 1
#elif defined(__FMA__) || defined(__ARM_FEATURE_FMA)
#define KERAS_FUSED_MADD 1
#else
#define KERAS_FUSED_MADD 0
#endif

// Accumulators stay in registers only if the loops over them are fully unrolled.
#if defined(__clang__)
#define KERAS_UNROLL _Pragma("unroll")
#define KERAS_NO_UNROLL _Pragma("nounroll")
#else
#define KERAS_UNROLL _Pragma("GCC unroll 16")
#define KERAS_NO_UNROLL _Pragma("GCC unroll 1")
#endif

#define KERAS_INLINE inline __attribute__((always_inline))

namespace keras::kernels {

inline constexpr int kLanes = 4;

struct Vec {
  Eigen::internal::Packet4f v;
};
struct IntVec {
  Eigen::internal::Packet4i v;
};

KERAS_INLINE Vec load(const float* p) {
  return {Eigen::internal::ploadu<Eigen::internal::Packet4f>(p)};
}
KERAS_INLINE void store(float* p, Vec x) { Eigen::internal::pstoreu(p, x.v); }
KERAS_INLINE Vec splat(float x) { return {Eigen::internal::pset1<Eigen::internal::Packet4f>(x)}; }
// Broadcasts one lane.
template <int kLane>
KERAS_INLINE Vec splat_lane(Vec x) {
  return {__builtin_shufflevector(x.v, x.v, kLane, kLane, kLane, kLane)};
}
KERAS_INLINE Vec zero() { return splat(0.f); }
// A constant loaded from memory, in one instruction; WebAssembly engines rebuild a literal at each
// use, in three.
template <float kValue>
KERAS_INLINE Vec constant() {
  static constexpr float kStored = kValue;
  const float* p = &kStored;
  asm("" : "+r"(p));  // hides the pointee from the compiler
  return splat(*p);
}

// The first n lanes (1 to 4); the others become 0.
KERAS_INLINE Vec load_partial(const float* p, int64_t n) {
  const float second = n > 1 ? p[1] : 0.f;
  const float third = n > 2 ? p[2] : 0.f;
  const float fourth = n > 3 ? p[3] : 0.f;
  return {Eigen::internal::Packet4f{p[0], second, third, fourth}};
}
KERAS_INLINE void store_partial(float* p, Vec x, int64_t n) {
  p[0] = x.v[0];
  if (n > 1) p[1] = x.v[1];
  if (n > 2) p[2] = x.v[2];
  if (n > 3) p[3] = x.v[3];
}

KERAS_INLINE Vec operator+(Vec a, Vec b) { return {Eigen::internal::padd(a.v, b.v)}; }
KERAS_INLINE Vec operator-(Vec a, Vec b) { return {Eigen::internal::psub(a.v, b.v)}; }
KERAS_INLINE Vec operator*(Vec a, Vec b) { return {Eigen::internal::pmul(a.v, b.v)}; }
KERAS_INLINE Vec operator/(Vec a, Vec b) { return {Eigen::internal::pdiv(a.v, b.v)}; }
KERAS_INLINE Vec operator-(Vec a) { return {Eigen::internal::pxor(a.v, splat(-0.f).v)}; }
KERAS_INLINE Vec& operator+=(Vec& a, Vec b) { return a = a + b; }
KERAS_INLINE Vec& operator*=(Vec& a, Vec b) { return a = a * b; }

// a * b + c, rounded once where the target can fuse it, else twice.
KERAS_INLINE Vec madd(Vec a, Vec b, Vec c) {
#if defined(KERAS_RELAXED_SIMD) && defined(__wasm_relaxed_simd__)
  return {
      (Eigen::internal::Packet4f)wasm_f32x4_relaxed_madd((v128_t)a.v, (v128_t)b.v, (v128_t)c.v)};
#elif KERAS_FUSED_MADD
  return {Eigen::internal::pmadd(a.v, b.v, c.v)};
#else
  return a * b + c;
#endif
}

// c - a * b, rounded likewise.
KERAS_INLINE Vec nmadd(Vec a, Vec b, Vec c) {
#if defined(KERAS_RELAXED_SIMD) && defined(__wasm_relaxed_simd__)
  return {
      (Eigen::internal::Packet4f)wasm_f32x4_relaxed_nmadd((v128_t)a.v, (v128_t)b.v, (v128_t)c.v)};
#elif KERAS_FUSED_MADD
  return {Eigen::internal::pnmadd(a.v, b.v, c.v)};
#else
  return c - a * b;
#endif
}

// When either operand is NaN the result is `a`, so constants belong in `b`. (The SSE intrinsics
// that Eigen uses become a comparison and a selection in WebAssembly; these are one instruction.)
#if defined(__wasm_simd128__)
KERAS_INLINE Vec max(Vec a, Vec b) { return {__m128(wasm_f32x4_pmax(v128_t(a.v), v128_t(b.v)))}; }
KERAS_INLINE Vec min(Vec a, Vec b) { return {__m128(wasm_f32x4_pmin(v128_t(a.v), v128_t(b.v)))}; }
#else
KERAS_INLINE Vec max(Vec a, Vec b) { return {Eigen::internal::pmax(a.v, b.v)}; }
KERAS_INLINE Vec min(Vec a, Vec b) { return {Eigen::internal::pmin(a.v, b.v)}; }
#endif

KERAS_INLINE Vec abs(Vec a) { return {Eigen::internal::pabs(a.v)}; }
KERAS_INLINE Vec sqrt(Vec a) { return {Eigen::internal::psqrt(a.v)}; }
KERAS_INLINE Vec floor(Vec a) { return {Eigen::internal::pfloor(a.v)}; }
KERAS_INLINE Vec ceil(Vec a) { return {Eigen::internal::pceil(a.v)}; }
KERAS_INLINE Vec round_even(Vec a) { return {Eigen::internal::print(a.v)}; }
KERAS_INLINE Vec trunc(Vec a) { return {Eigen::internal::ptrunc(a.v)}; }

// Comparisons give lanes of all ones or all zeros; false for NaN.
KERAS_INLINE Vec less(Vec a, Vec b) { return {Eigen::internal::pcmp_lt(a.v, b.v)}; }
KERAS_INLINE Vec less_equal(Vec a, Vec b) { return {Eigen::internal::pcmp_le(a.v, b.v)}; }
KERAS_INLINE Vec equal(Vec a, Vec b) { return {Eigen::internal::pcmp_eq(a.v, b.v)}; }
KERAS_INLINE Vec operator&(Vec a, Vec b) { return {Eigen::internal::pand(a.v, b.v)}; }
KERAS_INLINE Vec operator|(Vec a, Vec b) { return {Eigen::internal::por(a.v, b.v)}; }
KERAS_INLINE Vec operator^(Vec a, Vec b) { return {Eigen::internal::pxor(a.v, b.v)}; }
KERAS_INLINE Vec select(Vec mask, Vec a, Vec b) {
#if defined(KERAS_RELAXED_SIMD) && defined(__wasm_relaxed_simd__)
  return {__m128(wasm_i32x4_relaxed_laneselect(v128_t(a.v), v128_t(b.v), v128_t(mask.v)))};
#elif defined(__wasm_simd128__)
  return {__m128(wasm_v128_bitselect(v128_t(a.v), v128_t(b.v), v128_t(mask.v)))};
#else
  return {Eigen::internal::pselect(mask.v, a.v, b.v)};
#endif
}

KERAS_INLINE IntVec splat_int(int32_t x) {
  return {Eigen::internal::pset1<Eigen::internal::Packet4i>(x)};
}
KERAS_INLINE IntVec operator+(IntVec a, IntVec b) { return {Eigen::internal::padd(a.v, b.v)}; }
KERAS_INLINE IntVec operator-(IntVec a, IntVec b) { return {Eigen::internal::psub(a.v, b.v)}; }
KERAS_INLINE IntVec operator&(IntVec a, IntVec b) { return {Eigen::internal::pand(a.v, b.v)}; }
KERAS_INLINE IntVec operator|(IntVec a, IntVec b) { return {Eigen::internal::por(a.v, b.v)}; }
template <int kBits>
KERAS_INLINE IntVec shift_left(IntVec a) {
  return {Eigen::internal::plogical_shift_left<kBits>(a.v)};
}
template <int kBits>
KERAS_INLINE IntVec shift_right(IntVec a) {
  return {Eigen::internal::parithmetic_shift_right<kBits>(a.v)};
}
KERAS_INLINE Vec as_floats(IntVec a) {
  return {Eigen::internal::preinterpret<Eigen::internal::Packet4f>(a.v)};
}
KERAS_INLINE IntVec as_ints(Vec a) {
  return {Eigen::internal::preinterpret<Eigen::internal::Packet4i>(a.v)};
}
KERAS_INLINE Vec to_floats(IntVec a) {
  return {Eigen::internal::pcast<Eigen::internal::Packet4i, Eigen::internal::Packet4f>(a.v)};
}
// Truncates; lanes must fit an int32.
KERAS_INLINE IntVec to_ints(Vec a) {
  return {Eigen::internal::pcast<Eigen::internal::Packet4f, Eigen::internal::Packet4i>(a.v)};
}

KERAS_INLINE float sum_lanes(Vec a) { return Eigen::internal::predux(a.v); }
KERAS_INLINE float product_lanes(Vec a) { return Eigen::internal::predux_mul(a.v); }

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wignored-attributes"  // GCC: a vector type as template argument
// In-place 4 x 4 transpose.
KERAS_INLINE void transpose4(Vec& a, Vec& b, Vec& c, Vec& d) {
  Eigen::internal::PacketBlock<Eigen::internal::Packet4f, 4> block;
  block.packet[0] = a.v;
  block.packet[1] = b.v;
  block.packet[2] = c.v;
  block.packet[3] = d.v;
  Eigen::internal::ptranspose(block);
  a.v = block.packet[0];
  b.v = block.packet[1];
  c.v = block.packet[2];
  d.v = block.packet[3];
}
#pragma GCC diagnostic pop

}  // namespace keras::kernels
