#include "tensor/element.h"

#include <cmath>
#include <string>

#include "base/error.h"
#include "base/float8.h"
#include "base/half.h"

namespace keras {
namespace {

template <class T>
double get(const std::byte* data, int64_t index) {
  return static_cast<double>(reinterpret_cast<const T*>(data)[index]);
}

template <class T>
void put(std::byte* data, int64_t index, T value) {
  reinterpret_cast<T*>(data)[index] = value;
}

// Truncates towards zero and wraps into T. NaN becomes 0; values beyond 64 bits saturate.
template <class T>
T to_integer(double value) {
  if (std::isnan(value)) return 0;
  if (value >= 9223372036854775808.0) {
    return static_cast<T>(value < 18446744073709551616.0 ? static_cast<uint64_t>(value)
                                                         : ~uint64_t{0});
  }
  if (value < -9223372036854775808.0) return static_cast<T>(INT64_MIN);
  return static_cast<T>(static_cast<int64_t>(value));
}

[[noreturn]] void unsupported(DType dtype) {
  raise_value_error({"Elements of dtype ", std::string(dtype_name(dtype)), " are not numbers"});
}

}  // namespace

double load_element(DType dtype, const std::byte* data, int64_t index) {
  switch (dtype) {
    case DType::kBool:
      return get<uint8_t>(data, index) != 0 ? 1 : 0;
    case DType::kUInt8:
      return get<uint8_t>(data, index);
    case DType::kUInt16:
      return get<uint16_t>(data, index);
    case DType::kUInt32:
      return get<uint32_t>(data, index);
    case DType::kUInt64:
      return get<uint64_t>(data, index);
    case DType::kInt8:
      return get<int8_t>(data, index);
    case DType::kInt16:
      return get<int16_t>(data, index);
    case DType::kInt32:
      return get<int32_t>(data, index);
    case DType::kInt64:
      return get<int64_t>(data, index);
    case DType::kFloat16:
      return float16_to_float(reinterpret_cast<const uint16_t*>(data)[index]);
    case DType::kBFloat16:
      return bfloat16_to_float(reinterpret_cast<const uint16_t*>(data)[index]);
    case DType::kFloat8E4M3:
    case DType::kFloat8E5M2:
      return float8_to_double(dtype, reinterpret_cast<const uint8_t*>(data)[index]);
    case DType::kFloat32:
      return get<float>(data, index);
    case DType::kFloat64:
      return get<double>(data, index);
    default:
      unsupported(dtype);
  }
}

void store_element(DType dtype, std::byte* data, int64_t index, double value) {
  switch (dtype) {
    case DType::kBool:
      return put<uint8_t>(data, index, value != 0);
    case DType::kUInt8:
      return put(data, index, to_integer<uint8_t>(value));
    case DType::kUInt16:
      return put(data, index, to_integer<uint16_t>(value));
    case DType::kUInt32:
      return put(data, index, to_integer<uint32_t>(value));
    case DType::kUInt64:
      return put(data, index, to_integer<uint64_t>(value));
    case DType::kInt8:
      return put(data, index, to_integer<int8_t>(value));
    case DType::kInt16:
      return put(data, index, to_integer<int16_t>(value));
    case DType::kInt32:
      return put(data, index, to_integer<int32_t>(value));
    case DType::kInt64:
      return put(data, index, to_integer<int64_t>(value));
    case DType::kFloat16:
      return put(data, index, float_to_float16(static_cast<float>(value)));
    case DType::kBFloat16:
      return put(data, index, float_to_bfloat16(static_cast<float>(value)));
    case DType::kFloat8E4M3:
    case DType::kFloat8E5M2:
      return put(data, index, double_to_float8(dtype, value));
    case DType::kFloat32:
      return put(data, index, static_cast<float>(value));
    case DType::kFloat64:
      return put(data, index, value);
    default:
      unsupported(dtype);
  }
}

}  // namespace keras
