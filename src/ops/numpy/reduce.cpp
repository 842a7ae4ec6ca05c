// Reductions over axes: the functions of reduce.inc, and argmax and argmin.
#include "kernels/reduce.h"

#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/numpy.h"
#include "ops/numpy/reduce.h"
#include "ops/table/tangent_rules.h"

namespace keras::ops {
namespace {

enum class Boolean { kAll, kAny };

class ReduceStep final : public Step {
 public:
  ReduceStep(kernels::Reduce function, DType dtype, const Shape& shape, std::span<const int> axes)
      : function_(function), dtype_(dtype), by_(kernels::reduction(dims(shape), axes)) {}
  std::string_view name() const override { return "reduce"; }
  void run(std::span<const View> in, std::span<const View> out, std::byte*) const override {
    with_type(dtype_, [&]<class T>(T*) {
      if constexpr (std::is_same_v<T, float>) {
        kernels::reduce(function_, in[0].as<float>(), out[0].as<float>(), by_);
      } else {
        kernels::reduce_integer(function_, in[0].as<T>(), out[0].as<T>(), by_);
      }
    });
  }

 private:
  kernels::Reduce function_;
  DType dtype_;
  kernels::Reduction by_;
};

Tensor emit_boolean(const Operand& x, Boolean function, const Axes& axis, bool keepdims) {
  const Tensor values = cast(x.tensor(), DType::kBool);
  const std::vector<int> axes = axis.resolve(values.rank());
  return emit({values}, Spec{reduced_shape(values.shape(), axes, keepdims), DType::kBool}, [&] {
    const auto by = kernels::reduction(dims(values.shape()), axes);
    return function_step("reduce", [function, by](auto in, auto out, auto*) {
      (function == Boolean::kAll ? kernels::reduce_all : kernels::reduce_any)(
          in[0].template as<uint8_t>(), out[0].template as<uint8_t>(), by);
    });
  });
}

DType sum_dtype(DType dtype) {
  if (dtype == DType::kBool || dtype == DType::kInt8 || dtype == DType::kInt16) {
    return DType::kInt32;
  }
  return dtype == DType::kUInt8 || dtype == DType::kUInt16 ? DType::kUInt32 : dtype;
}

}  // namespace

Shape reduced_shape(const Shape& shape, std::span<const int> axes, bool keepdims) {
  std::vector<int64_t> dims;
  size_t next = 0;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (next < axes.size() && axes[next] == axis) {
      ++next;
      if (keepdims) dims.push_back(1);
    } else {
      dims.push_back(shape[axis]);
    }
  }
  return Shape(std::move(dims));
}

Tensor emit_reduce(const Operand& x, kernels::Reduce function, const Axes& axis, bool keepdims,
                   DType dtype) {
  const DType compute = compute_dtype(dtype);
  const Tensor values = x.as(compute);
  const std::vector<int> axes = axis.resolve(values.rank());
  const Tensor y =
      emit({values}, Spec{reduced_shape(values.shape(), axes, keepdims), compute},
           [&] { return std::make_unique<ReduceStep>(function, compute, values.shape(), axes); });
  return cast(y, dtype);
}

namespace {

enum class ReduceRule { kSum, kSame, kFloat, kBool };

Tensor emit_by(ReduceRule rule, kernels::Reduce function, const Operand& x, const Axes& axis,
               bool keepdims) {
  const DType own = x.type().dtype;
  if (rule == ReduceRule::kSame && own == DType::kBool) {
    return emit_boolean(x, function == kernels::Reduce::kMax ? Boolean::kAny : Boolean::kAll, axis,
                        keepdims);
  }
  const DType dtype = rule == ReduceRule::kFloat ? float_of(own)
                      : rule == ReduceRule::kSum ? sum_dtype(own)
                                                 : own;
  return emit_reduce(x, function, axis, keepdims, dtype);
}
Tensor emit_by(ReduceRule, Boolean function, const Operand& x, const Axes& axis, bool keepdims) {
  return emit_boolean(x, function, axis, keepdims);
}

template <ReduceRule kRule>
struct KernelOf : std::type_identity<kernels::Reduce> {};
template <>
struct KernelOf<ReduceRule::kBool> : std::type_identity<Boolean> {};

// Keras's `initial`: the result is at least (at most) that value.
Tensor max_from(const Operand& x, const Axes& axis, bool keepdims, std::optional<double> initial) {
  const Tensor y = max(x, axis, keepdims);
  return initial ? cast(maximum(y, *initial), y.dtype()) : y;
}
Tensor min_from(const Operand& x, const Axes& axis, bool keepdims, std::optional<double> initial) {
  const Tensor y = min(x, axis, keepdims);
  return initial ? cast(minimum(y, *initial), y.dtype()) : y;
}
Tensor prod_as(const Operand& x, const Axes& axis, bool keepdims, std::optional<DType> dtype) {
  return prod(dtype ? cast(x, *dtype) : x, axis, keepdims);
}

}  // namespace

#define KERAS_REDUCE_ROW(module, Class, function, parameters, ...) \
  KERAS_OP("ops." #module, Class, function, "x, .axis=None, .keepdims=False" parameters)
#define KERAS_REDUCE(module, Class, function, rule, kernel, ...) \
  KERAS_REDUCE_ROW(module, Class, __VA_OPT__(__VA_ARGS__, ) function, "")
#include "ops/table/reduce.inc"
#undef KERAS_REDUCE
#undef KERAS_REDUCE_ROW

#define KERAS_REDUCE(module, Class, function, rule, kernel, ...)                                   \
  Tensor function(const Operand& x, const Axes& axis, bool keepdims) {                             \
    if (makes_node(rows::Class, x)) return make_node(rows::Class, {x, axis, keepdims});            \
    return emit_by(ReduceRule::rule, KernelOf<ReduceRule::rule>::type::kernel, x, axis, keepdims); \
  }
#include "ops/table/reduce.inc"
#undef KERAS_REDUCE

namespace {

Tensor arg_extreme(const Operand& x, const Axes& axis, bool keepdims, bool largest) {
  Tensor values = x.tensor();
  const int rank = values.rank();
  const DType compute = compute_dtype(values.dtype());
  Shape shape;
  int64_t outer = 1, size = 1, inner = 1;
  if (axis.is_none()) {
    shape = keepdims ? Shape(std::vector<int64_t>(static_cast<size_t>(rank), 1)) : Shape();
    size = count(values.shape(), 0, rank);
  } else {
    const int at = normalize_axis(axis.values().front(), rank);
    shape = reduced_shape(values.shape(), std::span(&at, 1), keepdims);
    outer = count(values.shape(), 0, at);
    size = values.shape()[at];
    inner = count(values.shape(), at + 1, rank);
  }
  values = cast(values, compute);
  return emit({values}, Spec{shape, DType::kInt32}, [&]() -> std::unique_ptr<Step> {
    if (size == 0) raise_value_error({"attempt to get argmax of an empty sequence"});
    return function_step("argmax", [=](auto in, auto out, auto*) {
      with_type(compute, [&]<class T>(T*) {
        (largest ? kernels::argmax<T> : kernels::argmin<T>)(in[0].template as<T>(),
                                                            out[0].template as<int32_t>(), outer,
                                                            size, inner);
      });
    });
  });
}

}  // namespace

KERAS_OP("ops.numpy", Argmax, argmax, "x, .axis=None, .keepdims=False")
Tensor argmax(const Operand& x, const Axes& axis, bool keepdims) {
  if (makes_node(x)) return make_node(rows::Argmax, {x, axis, keepdims});
  return arg_extreme(x, axis, keepdims, true);
}

KERAS_OP("ops.numpy", Argmin, argmin, "x, .axis=None, .keepdims=False")
Tensor argmin(const Operand& x, const Axes& axis, bool keepdims) {
  if (makes_node(x)) return make_node(rows::Argmin, {x, axis, keepdims});
  return arg_extreme(x, axis, keepdims, false);
}

}  // namespace keras::ops
