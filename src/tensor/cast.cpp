#include "tensor/cast.h"

#include "base/error.h"
#include "base/half.h"
#include "tensor/element.h"

namespace keras {

Tensor cast_data(const Tensor& tensor, DType dtype) {
  if (tensor.dtype() == dtype) return tensor;
  if (tensor.dtype() == DType::kString || dtype == DType::kString) {
    raise_type_error({"Cannot cast ", dtype_name(tensor.dtype()), " to ", dtype_name(dtype), "."});
  }
  Tensor out = Tensor::allocate(tensor.shape(), dtype);
  const int64_t n = tensor.size();
  // Fast paths between float32 and the half types, which whole weight files use.
  if (tensor.dtype() == DType::kFloat32 && dtype == DType::kFloat16) {
    for (int64_t i = 0; i < n; ++i) {
      out.data<uint16_t>()[i] = float_to_float16(tensor.data<float>()[i]);
    }
  } else if (tensor.dtype() == DType::kFloat32 && dtype == DType::kBFloat16) {
    for (int64_t i = 0; i < n; ++i) {
      out.data<uint16_t>()[i] = float_to_bfloat16(tensor.data<float>()[i]);
    }
  } else if (tensor.dtype() == DType::kFloat16 && dtype == DType::kFloat32) {
    for (int64_t i = 0; i < n; ++i) {
      out.data<float>()[i] = float16_to_float(tensor.data<uint16_t>()[i]);
    }
  } else if (tensor.dtype() == DType::kBFloat16 && dtype == DType::kFloat32) {
    for (int64_t i = 0; i < n; ++i) {
      out.data<float>()[i] = bfloat16_to_float(tensor.data<uint16_t>()[i]);
    }
  } else {
    for (int64_t i = 0; i < n; ++i) {
      store_element(dtype, out.raw_data(), i, load_element(tensor.dtype(), tensor.raw_data(), i));
    }
  }
  return out;
}

}  // namespace keras
