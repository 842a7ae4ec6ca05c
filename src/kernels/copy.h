// Moves elements between layouts: slices, repeats, flips, padding, concatenation. Elements have 1,
// 2, 4 or 8 bytes.
#pragma once

#include <cstdint>

#include "kernels/dims.h"

namespace keras::kernels {

// dst[i * dst_strides] = src[i * src_strides] for every index i of `shape`; strides count elements.
// A source stride of 0 repeats, a negative one goes backwards (src then points at the first element
// taken). Implements slice, flip, broadcast_to, split, stack and concatenate; the helpers below
// only compute strides.
void copy(const void* src, const Dims& src_strides, void* dst, const Dims& dst_strides,
          const Dims& shape, int element_size);

// Elements start, start + step, ... of each axis (`size` of them); steps may be negative.
void slice(const void* src, const Dims& src_shape, const Dims& start, const Dims& step,
           const Dims& size, void* dst, int element_size);
// The reverse: writes src (dense, of shape `size`) into those elements of dst.
void slice_update(const void* src, void* dst, const Dims& dst_shape, const Dims& start,
                  const Dims& step, const Dims& size, int element_size);

void broadcast_to(const void* src, const Dims& src_shape, void* dst, const Dims& dst_shape,
                  int element_size);

// Writes one operand, src ([outer, size, inner]), at `offset` along the destination's axis of
// `total` elements.
void concatenate_into(const void* src, int64_t outer, int64_t size, int64_t inner, void* dst,
                      int64_t offset, int64_t total, int element_size);

// Repeats each element of the axis (keras.ops.repeat); src is [outer, size, inner].
void repeat(const void* src, int64_t outer, int64_t size, int64_t inner, int64_t repeats, void* dst,
            int element_size);
// Repeats the whole array along each axis (same rank).
void tile(const void* src, const Dims& shape, const Dims& repeats, void* dst, int element_size);

enum class PadMode : uint8_t { kConstant, kReflect, kSymmetric, kEdge };
// `value` points at one element, for kConstant. Reflection and symmetry repeat as often as needed,
// as in NumPy. `before` and `after` must not be negative (use slice).
void pad(const void* src, const Dims& shape, const Dims& before, const Dims& after, PadMode mode,
         const void* value, void* dst, int element_size);

// n copies of one element.
void fill(void* dst, const void* value, int64_t n, int element_size);

}  // namespace keras::kernels
