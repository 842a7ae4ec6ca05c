#include "kernels/int8_format.h"

#include "kernels/integer_vectors.h"

namespace keras::kernels {
namespace {

#if defined(KERAS_RELAXED_SIMD) && defined(__wasm_relaxed_simd__)

// Whether the instruction reads its second operand as signed (or unsigned) and sums exactly: tried
// with the largest values, for which saturating or narrower sums differ, and with many others.
template <bool kUnsigned>
bool reads_second_as() {
  constexpr int kTries = 64, kBytes = 4 * kLanes;
  constexpr int8_t kExtremes[] = {-128, 127, -1, 1};
  uint32_t seed = 1;
  for (int attempt = 0; attempt < kTries; ++attempt) {
    int8_t a[kBytes], b[kBytes];
    for (int i = 0; i < kBytes; ++i) {
      seed = seed * 1664525 + 1013904223;
      const bool extreme = attempt < kTries / 2;
      a[i] = extreme ? kExtremes[attempt % 4] : static_cast<int8_t>(seed >> 24);
      b[i] = extreme ? kExtremes[attempt / 4 % 4] : static_cast<int8_t>(seed >> 16);
    }
    int32_t got[kLanes];
    store(got,
          dot_quads<kUnsigned>(load_bytes<ByteVec>(a), load_bytes<ByteVec>(b), splat_int(attempt)));
    for (int lane = 0; lane < kLanes; ++lane) {
      int32_t want = attempt;
      for (int i = 4 * lane; i < 4 * lane + 4; ++i)
        want += a[i] * (kUnsigned ? static_cast<uint8_t>(b[i]) : b[i]);
      if (got[lane] != want) return false;
    }
  }
  return true;
}

Int8Format try_instruction() {
  if (reads_second_as<true>()) return Int8Format::kUnsignedQuads;
  if (reads_second_as<false>()) return Int8Format::kSignedQuads;
  return Int8Format::kPairs;
}

#else

Int8Format try_instruction() { return Int8Format::kPairs; }

#endif

}  // namespace

Int8Format int8_format() {
  static const Int8Format format = try_instruction();
  return format;
}

}  // namespace keras::kernels
