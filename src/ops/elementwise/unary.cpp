// The functions of unary.inc.
#include "ops/elementwise/unary.h"

#include "ops/core.h"
#include "ops/numpy.h"
#include "ops/table/tangent_rules.h"

namespace keras::ops {
namespace {

class UnaryStep final : public Step {
 public:
  UnaryStep(kernels::Unary function, kernels::UnaryParams params, DType dtype, int64_t n)
      : activation_{function, params}, dtype_(dtype), n_(n) {}
  std::string_view name() const override { return "unary"; }
  bool runs_in_place(int) const override { return true; }
  std::optional<runtime::Activation> as_activation() const override {
    return dtype_ == DType::kFloat32 ? std::optional(activation_) : std::nullopt;
  }
  void run(std::span<const View> in, std::span<const View> out, std::byte*) const override {
    with_type(dtype_, [&]<class T>(T*) {
      if constexpr (std::is_same_v<T, float>) {
        kernels::unary(activation_.function, in[0].as<float>(), out[0].as<float>(), n_,
                       activation_.params);
      } else {
        kernels::unary_integer(activation_.function, in[0].as<T>(), out[0].as<T>(), n_);
      }
    });
  }

 private:
  runtime::Activation activation_;
  DType dtype_;
  int64_t n_;
};

// Functions that return integers or bools unchanged and have no integer kernel.
bool is_identity_on_integers(kernels::Unary function, DType dtype) {
  return function == kernels::Unary::kTrunc ||
         (dtype == DType::kBool &&
          (function == kernels::Unary::kAbs || function == kernels::Unary::kSign ||
           function == kernels::Unary::kRelu));
}

}  // namespace

Tensor emit_unary(const Operand& x, kernels::Unary function, kernels::UnaryParams params,
                  DType dtype) {
  const DType compute = compute_dtype(dtype);
  const Tensor values = x.is_tensor() ? cast(x, compute) : x.as(compute);
  const Tensor y = emit({values}, Spec{values.shape(), compute}, [&] {
    return std::make_unique<UnaryStep>(function, params, compute, values.size());
  });
  return cast(y, dtype);
}

Tensor emit_unary(const Operand& x, kernels::Unary function, UnaryRule rule) {
  const DType own = x.type().dtype;
  if (rule == UnaryRule::kFloat) return emit_unary(x, function, {}, float_of(own));
  if (is_float(own)) return emit_unary(x, function, {}, own);
  if (is_identity_on_integers(function, own)) return x.tensor();
  if (own == DType::kBool && function == kernels::Unary::kNegative) {
    raise_type_error(
        {"neg does not accept dtype bool. Accepted dtypes are subtypes of "
         "np.number."});
  }
  const DType dtype = own == DType::kBool ? DType::kInt32 : own;
  if (x.tensor().is_abstract()) return Tensor::abstract(x.shape(), dtype);
  return emit_unary(x, function, {}, canonical(dtype));
}

Tensor emit_predicate(const Operand& x, kernels::Predicate predicate) {
  const DType own = x.type().dtype;
  // Rounding to float32 keeps whether an integer is zero or negative.
  const Tensor values = cast(x.tensor(), is_float(own) ? DType::kFloat32 : float_of(own));
  return emit({values}, Spec{values.shape(), DType::kBool}, [&] {
    return function_step("predicate", [predicate, n = values.size()](auto in, auto out, auto*) {
      kernels::predicate(predicate, in[0].template as<float>(), out[0].template as<uint8_t>(), n);
    });
  });
}

namespace {

Tensor emit_by(UnaryRule rule, kernels::Unary function, const Operand& x) {
  return emit_unary(x, function, rule);
}
Tensor emit_by(UnaryRule, kernels::Predicate predicate, const Operand& x) {
  return emit_predicate(x, predicate);
}

// Rows with the rule kPredicate name a Predicate, others a Unary.
template <UnaryRule kRule>
struct KernelOf : std::type_identity<kernels::Unary> {};
template <>
struct KernelOf<UnaryRule::kPredicate> : std::type_identity<kernels::Predicate> {};

}  // namespace

#define KERAS_UNARY(module, Class, function, rule, kernel, ...)                  \
  KERAS_OP("ops." #module, Class, function, "x")                                 \
  Tensor function(const Operand& x) {                                            \
    if (makes_node(rows::Class, x)) return make_node(rows::Class, {x});          \
    return emit_by(UnaryRule::rule, KernelOf<UnaryRule::rule>::type::kernel, x); \
  }
#include "ops/table/unary.inc"
#undef KERAS_UNARY

}  // namespace keras::ops
