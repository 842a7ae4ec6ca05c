// The functions of binary.inc.
#include "ops/elementwise/binary.h"

#include "ops/core.h"
#include "ops/numpy.h"
#include "ops/table/tangent_rules.h"

namespace keras::ops {
namespace {

using kernels::Binary;
using kernels::Compare;

class BinaryStep final : public Step {
 public:
  BinaryStep(Binary function, DType dtype, const Shape& a, const Shape& b, const Shape& y)
      : function_(function),
        dtype_(dtype),
        shapes_{a, b},
        shape_(y),
        by_(kernels::broadcast(dims(a), dims(b), dims(y))) {}

  std::string_view name() const override { return "binary"; }
  // An operand that is not broadcast is read at the position that is written next.
  bool runs_in_place(int input) const override { return shapes_[input].size() == shape_.size(); }
  void run(std::span<const View> in, std::span<const View> out, std::byte*) const override {
    with_type(dtype_, [&]<class T>(T*) {
      kernels::binary(function_, in[0].as<T>(), in[1].as<T>(), out[0].as<T>(), by_);
    });
  }

  std::optional<runtime::ChannelAffine> as_affine(std::span<const Tensor> constants) const override;

 private:
  Binary function_;
  DType dtype_;
  Shape shapes_[2];
  Shape shape_;
  kernels::Broadcast<2> by_;
};

// One value per channel (last axis) of a constant vector or scalar; empty for other shapes.
std::vector<float> per_channel(const Tensor& constant, int64_t channels) {
  if (!constant || constant.size() == 0) return {};
  const bool last_axis = constant.rank() > 0 && constant.shape().back() == constant.size();
  const float* values = constant.data<float>();
  if (constant.size() == 1) return std::vector<float>(static_cast<size_t>(channels), *values);
  if (!last_axis || constant.size() != channels) return {};
  return std::vector<float>(values, values + channels);
}

// x + c, c + x, x - c, x * c, c * x, x / c.
std::optional<runtime::ChannelAffine> BinaryStep::as_affine(
    std::span<const Tensor> constants) const {
  if (dtype_ != DType::kFloat32 || shape_.empty()) return std::nullopt;
  const bool commutes = function_ == Binary::kAdd || function_ == Binary::kMultiply;
  const int input = commutes && constants[0] ? 1 : 0;
  if (constants[input] || shapes_[input] != shape_) return std::nullopt;
  std::vector<float> values = per_channel(constants[1 - input], shape_.back());
  if (values.empty()) return std::nullopt;
  runtime::ChannelAffine affine{input, {}, {}};
  switch (function_) {
    case Binary::kSubtract:
      for (float& value : values) value = -value;
      [[fallthrough]];
    case Binary::kAdd:
      affine.shift = std::move(values);
      return affine;
    case Binary::kDivide:
      for (float& value : values) value = 1.f / value;
      [[fallthrough]];
    case Binary::kMultiply:
      affine.scale = std::move(values);
      return affine;
    default:
      return std::nullopt;
  }
}

}  // namespace

Tensor emit_binary(const Operand& x1, const Operand& x2, Binary function, DType dtype) {
  const DType compute = compute_dtype(dtype);
  const Shape shape = broadcast_shapes(x1.shape(), x2.shape());
  const Tensor a = x1.as(compute);
  const Tensor b = x2.as(compute);
  const Tensor y = emit({a, b}, Spec{shape, compute}, [&] {
    return std::make_unique<BinaryStep>(function, compute, a.shape(), b.shape(), shape);
  });
  return cast(y, dtype);
}

Tensor emit_compare(const Operand& x1, const Operand& x2, Compare comparison) {
  const Shape shape = broadcast_shapes(x1.shape(), x2.shape());
  if (x1.type().dtype == DType::kString || x2.type().dtype == DType::kString) {
    raise_type_error({"Strings cannot be compared."});
  }
  const DType compute = compute_dtype(promote(x1, x2));
  const Tensor a = x1.as(compute);
  const Tensor b = x2.as(compute);
  return emit({a, b}, Spec{shape, DType::kBool}, [&]() -> std::unique_ptr<Step> {
    const auto by = kernels::broadcast(dims(a.shape()), dims(b.shape()), dims(shape));
    return function_step("compare", [comparison, compute, by](auto in, auto out, auto*) {
      with_type(compute, [&]<class T>(T*) {
        kernels::compare(comparison, in[0].template as<T>(), in[1].template as<T>(),
                         out[0].template as<uint8_t>(), by);
      });
    });
  });
}

namespace {

enum class BinaryRule { kPromote, kFloat, kInteger, kCompare, kLogical };

Tensor emit_by(BinaryRule rule, Binary function, const Operand& x1, const Operand& x2) {
  if (rule == BinaryRule::kLogical) {
    return emit_binary(cast(x1.tensor(), DType::kBool), cast(x2.tensor(), DType::kBool), function,
                       DType::kBool);
  }
  DType dtype = promote(x1, x2);
  if (rule == BinaryRule::kFloat) dtype = float_of(dtype);
  if (rule == BinaryRule::kInteger && is_float(dtype)) {
    raise_type_error({"Bitwise operations need integers or bool. Received dtype ",
                      std::string(dtype_name(dtype))});
  }
  if (dtype == DType::kBool && rule == BinaryRule::kPromote) {
    // XLA computes the sum of bools as `or`, their product as `and`; JAX refuses subtraction.
    switch (function) {
      case Binary::kAdd:
      case Binary::kMaximum:
        function = Binary::kBitwiseOr;
        break;
      case Binary::kMultiply:
      case Binary::kMinimum:
        function = Binary::kBitwiseAnd;
        break;
      case Binary::kSubtract:
        raise_type_error(
            {"sub does not accept dtype bool. Accepted dtypes are subtypes of "
             "np.number."});
      default:
        dtype = DType::kInt32;
    }
  }
  return emit_binary(x1, x2, function, dtype);
}

Tensor emit_by(BinaryRule, Compare comparison, const Operand& x1, const Operand& x2) {
  return emit_compare(x1, x2, comparison);
}

template <BinaryRule kRule>
struct KernelOf : std::type_identity<Binary> {};
template <>
struct KernelOf<BinaryRule::kCompare> : std::type_identity<Compare> {};

}  // namespace

#define KERAS_BINARY(module, Class, function, rule, kernel, signature)                  \
  KERAS_OP("ops." #module, Class, function, signature)                                  \
  Tensor function(const Operand& x1, const Operand& x2) {                               \
    if (makes_node(rows::Class, {&x1, &x2})) return make_node(rows::Class, {x1, x2});   \
    return emit_by(BinaryRule::rule, KernelOf<BinaryRule::rule>::type::kernel, x1, x2); \
  }
#include "ops/table/binary.inc"
#undef KERAS_BINARY

}  // namespace keras::ops
