// Shared by the implementations of operations; callers of operations include ops/numpy.h and
// others.
#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "base/byte_size.h"
#include "base/error.h"
#include "kernels/dims.h"
#include "ops/common/dtypes.h"
#include "ops/common/function_step.h"
#include "ops/common/operand.h"
#include "ops/table/row_operation.h"
#include "runtime/emit.h"

namespace keras::ops {

using runtime::emit;
using runtime::emit_alias;
using runtime::Spec;

inline kernels::Dims dims(const Shape& shape) { return kernels::Dims(shape.dims()); }

// Whether a result can only be a shape: one of its sizes is unknown while shapes are inferred.
inline bool is_only_shape(const Shape& shape) {
  return ShapesOnlyScope::active() && !shape.is_fully_defined();
}

// Bytes of scratch memory for `count` elements.
template <class T>
size_t scratch_of(int64_t count) {
  return byte_size(count, sizeof(T), "the scratch memory of an operation");
}
inline size_t scratch_floats(int64_t count) { return scratch_of<float>(count); }

// Bytes of an element. TypeError for strings.
inline int element_size(DType dtype) {
  if (dtype == DType::kString) {
    raise_type_error({"This operation does not work on tensors of strings."});
  }
  return static_cast<int>(dtype_size(dtype));
}

// Arithmetic of dimensions: kNone when either is. ValueError on overflow of 64 bits.
inline int64_t times(int64_t a, int64_t b) {
  return a == kNone || b == kNone ? kNone : checked_product(a, b);
}
inline int64_t plus(int64_t a, int64_t b) {
  return a == kNone || b == kNone ? kNone : checked_sum(a, b);
}

// Product of the dimensions from `begin` up to `end`.
inline int64_t count(const Shape& shape, int begin, int end) {
  int64_t n = 1;
  for (int axis = begin; axis < end; ++axis) n = times(n, shape[axis]);
  return n;
}

// Calls `f` with a null pointer of the C++ type of a compute dtype (dtypes.h).
template <class F>
decltype(auto) with_type(DType dtype, const F& f) {
  switch (dtype) {
    case DType::kFloat32:
      return f(static_cast<float*>(nullptr));
    case DType::kInt32:
      return f(static_cast<int32_t*>(nullptr));
    case DType::kUInt32:
      return f(static_cast<uint32_t*>(nullptr));
    case DType::kUInt8:
    case DType::kBool:
      return f(static_cast<uint8_t*>(nullptr));
    default:
      raise_type_error(
          {"Operations on dtype ", std::string(dtype_name(dtype)), " are not supported."});
  }
}

}  // namespace keras::ops
