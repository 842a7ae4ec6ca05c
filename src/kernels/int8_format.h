// How this engine multiplies matrices of 8-bit integers fastest with exact sums.
#pragma once

#include <cstdint>

namespace keras::kernels {

enum class Int8Format : uint8_t {
  kPairs,  // 16-bit products of two values: every engine
  // Dot products of four values. WebAssembly leaves open how i32x4.relaxed_dot_i8x16_i7x16_add_s
  // reads the eighth bit of its second operand, so each reading has a format.
  kSignedQuads,
  kUnsignedQuads,  // rows of A get 128 added, for which each column's sum starts lower
};

// The same for all calls: the engine's instruction is tried once. kPairs where it lacks one, or
// where sums of two products saturate at 16 bits (x86 processors without VNNI).
Int8Format int8_format();

}  // namespace keras::kernels
