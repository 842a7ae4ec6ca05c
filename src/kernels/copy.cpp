#include "kernels/copy.h"

#include <algorithm>
#include <cstring>

#include "kernels/element.h"
#include "kernels/transpose_block.h"

namespace keras::kernels {
namespace {

// The axes of a copy, merged where source and destination traverse two of them as one.
struct Axes {
  Dims sizes, src, dst;

  Axes(const Dims& shape, const Dims& src_strides, const Dims& dst_strides) {
    for (int axis = 0; axis < shape.rank(); ++axis) {
      if (shape[axis] == 1) continue;
      const int last = sizes.rank() - 1;
      if (last >= 0 && src[last] == src_strides[axis] * shape[axis] &&
          dst[last] == dst_strides[axis] * shape[axis]) {
        sizes[last] *= shape[axis];
        src[last] = src_strides[axis];
        dst[last] = dst_strides[axis];
      } else {
        sizes.push_back(shape[axis]);
        src.push_back(src_strides[axis]);
        dst.push_back(dst_strides[axis]);
      }
    }
  }

  int find(const Dims& strides, int64_t stride) const {
    return static_cast<int>(std::find(strides.begin(), strides.end(), stride) - strides.begin());
  }
};

// Calls f(src offset, dst offset) over all but one or two axes.
template <class F>
void for_each_rest(const Axes& axes, int skipped, int also_skipped, const F& f) {
  Dims sizes, src, dst, index;
  for (int axis = 0; axis < axes.sizes.rank(); ++axis) {
    if (axis == skipped || axis == also_skipped) continue;
    sizes.push_back(axes.sizes[axis]);
    src.push_back(axes.src[axis]);
    dst.push_back(axes.dst[axis]);
    index.push_back(0);
  }
  int64_t from = 0, to = 0;
  while (true) {
    f(from, to);
    int axis = sizes.rank() - 1;
    for (; axis >= 0; --axis) {
      from += src[axis];
      to += dst[axis];
      if (++index[axis] < sizes[axis]) break;
      from -= src[axis] * sizes[axis];
      to -= dst[axis] * sizes[axis];
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

template <class T>
void copy_elements(const T* src, T* dst, const Axes& axes) {
  const int rank = axes.sizes.rank();
  if (rank == 0) {
    *dst = *src;
    return;
  }
  int inner = axes.find(axes.dst, 1);
  if (inner == rank) inner = rank - 1;
  const int64_t n = axes.sizes[inner], src_step = axes.src[inner], dst_step = axes.dst[inner];
  if (src_step != 1 && dst_step == 1) {
    const int other = axes.find(axes.src, 1);  // contiguous in the source only: a transposition
    if (other < rank) {
      return for_each_rest(axes, inner, other, [&](int64_t from, int64_t to) {
        transpose_block(src + from, src_step, dst + to, axes.dst[other], n, axes.sizes[other]);
      });
    }
  }
  for_each_rest(axes, inner, inner, [&](int64_t from, int64_t to) {
    const T* x = src + from;
    T* y = dst + to;
    if (dst_step == 1 && src_step == 1) {
      std::memcpy(y, x, static_cast<size_t>(n) * sizeof(T));
    } else if (dst_step == 1 && src_step == 0) {
      std::fill_n(y, n, *x);
    } else {
      for (int64_t i = 0; i < n; ++i) y[i * dst_step] = x[i * src_step];
    }
  });
}

// Strides of a slice, and its start.
struct Slice {
  Dims strides;
  int64_t start = 0;
};
Slice slice_of(const Dims& shape, const Dims& start, const Dims& step) {
  Slice result;
  const Dims strides = shape.strides();
  for (int axis = 0; axis < shape.rank(); ++axis) {
    result.strides.push_back(strides[axis] * step[axis]);
    result.start += strides[axis] * start[axis];
  }
  return result;
}

const void* advance(const void* p, int64_t elements, int element_size) {
  return static_cast<const char*>(p) + elements * element_size;
}
void* advance(void* p, int64_t elements, int element_size) {
  return static_cast<char*>(p) + elements * element_size;
}

// The element of an axis of size n at `position`, which may be out of range.
int64_t reflected(int64_t position, int64_t n, PadMode mode) {
  if (mode == PadMode::kEdge || n == 1) return std::clamp<int64_t>(position, 0, n - 1);
  const int64_t period = mode == PadMode::kReflect ? 2 * (n - 1) : 2 * n;
  int64_t phase = position % period;
  if (phase < 0) phase += period;
  if (phase < n) return phase;
  return mode == PadMode::kReflect ? period - phase : period - 1 - phase;
}

}  // namespace

void copy(const void* src, const Dims& src_strides, void* dst, const Dims& dst_strides,
          const Dims& shape, int element_size) {
  if (shape.count() == 0) return;
  const Axes axes(shape, src_strides, dst_strides);
  with_element(element_size, [&](auto element) {
    using T = decltype(element);
    copy_elements(static_cast<const T*>(src), static_cast<T*>(dst), axes);
  });
}

void slice(const void* src, const Dims& src_shape, const Dims& start, const Dims& step,
           const Dims& size, void* dst, int element_size) {
  const Slice from = slice_of(src_shape, start, step);
  copy(advance(src, from.start, element_size), from.strides, dst, size.strides(), size,
       element_size);
}

void slice_update(const void* src, void* dst, const Dims& dst_shape, const Dims& start,
                  const Dims& step, const Dims& size, int element_size) {
  const Slice to = slice_of(dst_shape, start, step);
  copy(src, size.strides(), advance(dst, to.start, element_size), to.strides, size, element_size);
}

void broadcast_to(const void* src, const Dims& src_shape, void* dst, const Dims& dst_shape,
                  int element_size) {
  const Dims own = src_shape.strides();
  const int missing = dst_shape.rank() - src_shape.rank();
  Dims strides;
  for (int axis = 0; axis < dst_shape.rank(); ++axis) {
    const bool repeated = axis < missing || src_shape[axis - missing] == 1;
    strides.push_back(repeated ? 0 : own[axis - missing]);
  }
  copy(src, strides, dst, dst_shape.strides(), dst_shape, element_size);
}

void concatenate_into(const void* src, int64_t outer, int64_t size, int64_t inner, void* dst,
                      int64_t offset, int64_t total, int element_size) {
  copy(src, {size * inner, 1}, advance(dst, offset * inner, element_size), {total * inner, 1},
       {outer, size * inner}, element_size);
}

void repeat(const void* src, int64_t outer, int64_t size, int64_t inner, int64_t repeats, void* dst,
            int element_size) {
  const Dims shape{outer * size, repeats, inner};
  copy(src, {inner, 0, 1}, dst, shape.strides(), shape, element_size);
}

void tile(const void* src, const Dims& shape, const Dims& repeats, void* dst, int element_size) {
  const Dims own = shape.strides();
  Dims sizes, strides;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (repeats[axis] != 1) {
      sizes.push_back(repeats[axis]);
      strides.push_back(0);
    }
    sizes.push_back(shape[axis]);
    strides.push_back(own[axis]);
  }
  copy(src, strides, dst, sizes.strides(), sizes, element_size);
}

void pad(const void* src, const Dims& shape, const Dims& before, const Dims& after, PadMode mode,
         const void* value, void* dst, int element_size) {
  Dims padded;
  for (int axis = 0; axis < shape.rank(); ++axis)
    padded.push_back(before[axis] + shape[axis] + after[axis]);
  if (padded.count() == 0) return;
  if (mode == PadMode::kConstant) fill(dst, value, padded.count(), element_size);
  Dims ones = shape;
  for (int axis = 0; axis < shape.rank(); ++axis) ones[axis] = 1;
  slice_update(src, dst, padded, before, ones, shape, element_size);
  if (mode == PadMode::kConstant || shape.count() == 0) return;
  // Axis by axis from the last: each border repeats existing elements, including the borders of
  // later axes.
  const Dims strides = padded.strides();
  Dims slab = shape, start = before;
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    slab[axis] = 1;
    for (int64_t position = -before[axis]; position < shape[axis] + after[axis]; ++position) {
      if (position == 0) position = shape[axis];
      if (position == shape[axis] + after[axis]) break;
      int64_t corner = 0;
      for (int other = 0; other < shape.rank(); ++other)
        corner += other == axis ? 0 : start[other] * strides[other];
      const int64_t from =
          corner + (before[axis] + reflected(position, shape[axis], mode)) * strides[axis];
      const int64_t to = corner + (before[axis] + position) * strides[axis];
      copy(advance(static_cast<const void*>(dst), from, element_size), strides,
           advance(dst, to, element_size), strides, slab, element_size);
    }
    slab[axis] = padded[axis];
    start[axis] = 0;
  }
}

void fill(void* dst, const void* value, int64_t n, int element_size) {
  with_element(element_size, [&](auto element) {
    using T = decltype(element);
    std::fill_n(static_cast<T*>(dst), n, *static_cast<const T*>(value));
  });
}

}  // namespace keras::kernels
