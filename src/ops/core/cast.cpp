// Changes of dtype (keras/src/ops/core.py).
#include "tensor/cast.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/float8.h"
#include "kernels/convert.h"
#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/numpy.h"
#include "ops/table/tangent_rules.h"
#include "tensor/element.h"

namespace keras::ops {
namespace {

bool is_half(DType dtype) { return dtype == DType::kFloat16 || dtype == DType::kBFloat16; }

// Calls f with a value of the C++ type of a dtype that convert.h handles; false for others.
template <class F>
bool with_number_type(DType dtype, const F& f) {
  switch (dtype) {
    case DType::kBool:
    case DType::kUInt8:
      f(uint8_t());
      return true;
    case DType::kUInt16:
      f(uint16_t());
      return true;
    case DType::kUInt32:
      f(uint32_t());
      return true;
    case DType::kUInt64:
      f(uint64_t());
      return true;
    case DType::kInt8:
      f(int8_t());
      return true;
    case DType::kInt16:
      f(int16_t());
      return true;
    case DType::kInt32:
      f(int32_t());
      return true;
    case DType::kInt64:
      f(int64_t());
      return true;
    case DType::kFloat32:
      f(float());
      return true;
    case DType::kFloat64:
      f(double());
      return true;
    default:
      return false;
  }
}

void half_to_float(DType dtype, const std::byte* x, float* y, int64_t n) {
  const auto* bits = reinterpret_cast<const uint16_t*>(x);
  dtype == DType::kFloat16 ? kernels::float16_to_float(bits, y, n)
                           : kernels::bfloat16_to_float(bits, y, n);
}

void float_to_half(DType dtype, const float* x, std::byte* y, int64_t n) {
  auto* bits = reinterpret_cast<uint16_t*>(y);
  dtype == DType::kFloat16 ? kernels::float_to_float16(x, bits, n)
                           : kernels::float_to_bfloat16(x, bits, n);
}

void convert(DType from, const std::byte* x, DType to, std::byte* y, int64_t n) {
  with_number_type(from, [&]<class From>(From) {
    const auto* source = reinterpret_cast<const From*>(x);
    if (to == DType::kBool) {
      kernels::convert_to_bool(source, reinterpret_cast<uint8_t*>(y), n);
    } else {
      with_number_type(
          to, [&]<class To>(To) { kernels::convert(source, reinterpret_cast<To*>(y), n); });
    }
  });
}

class CastStep final : public Step {
 public:
  CastStep(DType from, DType to, int64_t n) : from_(from), to_(to), n_(n) {}
  std::string_view name() const override { return "cast"; }
  bool runs_in_place(int) const override {
    return dtype_size(from_) == dtype_size(to_) && !is_half(from_) && !is_half(to_);
  }
  size_t scratch_bytes() const override {
    const bool through_float =
        (is_half(from_) && to_ != DType::kFloat32) || (is_half(to_) && from_ != DType::kFloat32);
    return through_float ? scratch_floats(n_) : 0;
  }
  void run(std::span<const View> in, std::span<const View> out, std::byte* scratch) const override {
    const std::byte* source = in[0].data;
    if (is_float8(from_) || is_float8(to_)) {
      for (int64_t i = 0; i < n_; ++i) {
        store_element(to_, out[0].data, i, load_element(from_, source, i));
      }
      return;
    }
    DType from = from_;
    if (is_half(from)) {
      auto* values =
          to_ == DType::kFloat32 ? out[0].as<float>() : reinterpret_cast<float*>(scratch);
      half_to_float(from, source, values, n_);
      source = reinterpret_cast<std::byte*>(values);
      from = DType::kFloat32;
      if (to_ == DType::kFloat32) return;
    }
    if (!is_half(to_)) {
      convert(from, source, to_, out[0].data, n_);
      return;
    }
    if (from != DType::kFloat32) {
      convert(from, source, DType::kFloat32, scratch, n_);
      source = scratch;
    }
    float_to_half(to_, reinterpret_cast<const float*>(source), out[0].data, n_);
  }

 private:
  DType from_, to_;
  int64_t n_;
};

bool has_kernel(DType dtype) {
  return is_half(dtype) || is_float8(dtype) || with_number_type(dtype, [](auto) {});
}

// The range of an integer type, as float64.
std::pair<double, double> range_of(DType dtype) {
  const int bits = element_size(dtype) * 8;
  if (is_signed(dtype)) return {-std::ldexp(1., bits - 1), std::ldexp(1., bits - 1) - 1};
  return {0., std::ldexp(1., bits) - 1};
}

Tensor convert_to_tensor_op(const Operand& x, std::optional<DType> dtype,
                            std::optional<bool> /*sparse*/, std::optional<bool> /*ragged*/) {
  return convert_to_tensor(x, dtype);
}

}  // namespace

KERAS_OP("ops.core", ConvertToTensor, convert_to_tensor_op,
         "x, .dtype=None, .sparse=None, .ragged=None")

KERAS_OP("ops.core", Cast, cast, "x, .dtype")
Tensor cast(const Operand& x, DType dtype) {
  if (!x.is_tensor()) return x.as(dtype);
  const Tensor tensor = x.tensor();
  if (makes_node(rows::Cast, x)) return make_node(rows::Cast, {tensor, dtype});
  const bool abstract = tensor.is_abstract();
  const DType to = abstract ? dtype : canonical(dtype);
  if (tensor.dtype() == to) return tensor;
  if (!abstract && (!has_kernel(tensor.dtype()) || !has_kernel(to))) {
    if (tensor.has_data() && tensor.dtype() != DType::kString && to != DType::kString) {
      return cast_data(tensor, to);
    }
    raise_type_error({"Cannot cast ", std::string(dtype_name(tensor.dtype())), " to ",
                      std::string(dtype_name(to)), "."});
  }
  return emit({tensor}, Spec{tensor.shape(), to},
              [&] { return std::make_unique<CastStep>(tensor.dtype(), to, tensor.size()); });
}

Tensor to_int64(const Tensor& x) {
  if (x.dtype() == DType::kInt64) return x;
  if (!is_integer(x.dtype()) && !is_float(x.dtype()) && x.dtype() != DType::kBool) {
    raise_type_error({"Cannot cast ", dtype_name(x.dtype()), " to int64."});
  }
  return emit({x}, Spec{x.shape(), DType::kInt64},
              [&] { return std::make_unique<CastStep>(x.dtype(), DType::kInt64, x.size()); });
}

KERAS_OP("ops.core", SaturateCast, saturate_cast, "x, .dtype")
Tensor saturate_cast(const Operand& x, DType dtype) {
  if (makes_node(rows::SaturateCast, x)) return make_node(rows::SaturateCast, {x, dtype});
  const DType from = x.type().dtype;
  if (!is_integer(dtype) || from == DType::kBool) return cast(x, dtype);
  // Bounds that the source cannot represent are rounded inwards.
  auto [low, high] = range_of(dtype);
  if (is_integer(from)) {
    const auto [from_low, from_high] = range_of(from);
    low = std::max(low, from_low);
    high = std::min(high, from_high);
    return cast(clip(x, static_cast<int64_t>(low), static_cast<int64_t>(high)), dtype);
  }
  return cast(clip(x, low, high), dtype);
}

Tensor convert_to_tensor(const Operand& x, std::optional<DType> dtype) {
  if (makes_node(rows::ConvertToTensor, x)) return make_node(rows::ConvertToTensor, {x, dtype});
  const DType own = x.type().dtype;
  if (own == DType::kString) return x.tensor();
  return cast(x.tensor(), dtype.value_or(x.tensor().is_abstract() ? own : canonical(own)));
}

KERAS_OP("ops.core", StopGradient, stop_gradient, "variable")
Tensor stop_gradient(const Operand& variable) {
  if (makes_node(rows::StopGradient, variable)) return make_node(rows::StopGradient, {variable});
  return variable.tensor();
}

}  // namespace keras::ops
