// Element types of tensors under Keras's names, and type promotion.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace keras {

enum class DType : unsigned char {
  kBool,
  kUInt8,
  kUInt16,
  kUInt32,
  kUInt64,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kFloat16,
  kBFloat16,
  kFloat32,
  kFloat64,
  kFloat8E4M3,
  kFloat8E5M2,
  kComplex64,
  kString,
};

std::string_view dtype_name(DType dtype);
std::optional<DType> find_dtype(std::string_view name);
// Throws ValueError "Invalid dtype: floaty".
DType parse_dtype(std::string_view name);
// Bytes of one element; 0 for strings.
size_t dtype_size(DType dtype);

bool is_float(DType dtype);
bool is_integer(DType dtype);  // signed or unsigned, not bool

// Keras's type promotion (keras/src/backend/common/dtypes.py). Python numbers are weak: they
// contribute only their kind (bool < int < float).
struct PromotedType {
  DType dtype;
  bool weak = false;
};
DType result_type(PromotedType a, PromotedType b);

}  // namespace keras
