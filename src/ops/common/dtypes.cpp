#include "ops/common/dtypes.h"

namespace keras::ops {

DType promote(PromotedType a, PromotedType b) { return result_type(a, b); }

DType float_of(DType dtype) { return result_type({dtype}, {DType::kFloat32, true}); }

DType canonical(DType dtype) {
  switch (dtype) {
    case DType::kInt64:
      return DType::kInt32;
    case DType::kUInt64:
      return DType::kUInt32;
    case DType::kFloat64:
      return DType::kFloat32;
    default:
      return dtype;
  }
}

DType compute_dtype(DType dtype) {
  switch (dtype) {
    case DType::kBool:
    case DType::kUInt8:
      return DType::kUInt8;
    case DType::kUInt16:
    case DType::kUInt32:
    case DType::kUInt64:
      return DType::kUInt32;
    case DType::kInt8:
    case DType::kInt16:
    case DType::kInt32:
    case DType::kInt64:
      return DType::kInt32;
    default:
      return is_float(dtype) ? DType::kFloat32 : dtype;
  }
}

bool is_signed(DType dtype) { return dtype >= DType::kInt8 && dtype <= DType::kInt64; }

}  // namespace keras::ops
