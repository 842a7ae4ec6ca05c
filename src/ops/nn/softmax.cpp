// softmax, log_softmax, sparsemax.
#include "kernels/softmax.h"

#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/nn.h"
#include "ops/numpy.h"
#include "ops/table/tangent_rules.h"

namespace keras::ops {
namespace {

using Kernel = void (*)(const float*, float*, int64_t, int64_t, int64_t);

class SoftmaxStep final : public Step {
 public:
  SoftmaxStep(Kernel kernel, const Shape& shape, int axis)
      : kernel_(kernel),
        outer_(count(shape, 0, axis)),
        size_(shape[axis]),
        inner_(count(shape, axis + 1, shape.rank())) {}
  std::string_view name() const override { return "softmax"; }
  bool runs_in_place(int) const override { return true; }
  void run(std::span<const View> in, std::span<const View> out, std::byte*) const override {
    kernel_(in[0].as<float>(), out[0].as<float>(), outer_, size_, inner_);
  }

 private:
  Kernel kernel_;
  int64_t outer_, size_, inner_;
};

Tensor emit_softmax(Kernel kernel, const Operand& x, int64_t axis) {
  const DType dtype = float_of(x);
  const Tensor values = x.as(DType::kFloat32);
  const int at = values.rank() == 0 ? 0 : normalize_axis(axis, values.rank());
  const Tensor y = emit({values}, Spec{values.shape(), DType::kFloat32}, [&] {
    return std::make_unique<SoftmaxStep>(kernel, values.rank() == 0 ? Shape{1} : values.shape(),
                                         at);
  });
  return cast(y, dtype);
}

// How a mask of shape [ones..., rows..., ones..., size] broadcasts to x.
struct MaskRows {
  int64_t rows = 1, repeat = 1;
};
std::optional<MaskRows> mask_rows(const Shape& shape, const Shape& mask) {
  if (mask.empty() || mask.rank() > shape.rank() || mask.back() != shape.back()) {
    return std::nullopt;
  }
  MaskRows result;
  int axis = shape.rank() - 2;
  const auto dim = [&](int i) {
    const int at = i - (shape.rank() - mask.rank());
    return at < 0 ? int64_t{1} : mask[at];
  };
  for (; axis >= 0 && dim(axis) == 1; --axis) result.repeat *= shape[axis];
  for (; axis >= 0 && dim(axis) == shape[axis]; --axis) result.rows *= shape[axis];
  for (; axis >= 0; --axis) {
    if (dim(axis) != 1) return std::nullopt;
  }
  return result;
}

Tensor emit_masked(const Tensor& x, const Tensor& mask, const MaskRows& rows) {
  return emit({x, mask}, Spec{x.shape(), DType::kFloat32}, [&] {
    return function_step(
        "softmax", [rows, size = x.shape().back(), n = count(x.shape(), 0, x.rank() - 1)](
                       auto in, auto out, auto*) {
          kernels::masked_softmax(in[0].template as<float>(), in[1].template as<uint8_t>(),
                                  rows.rows, rows.repeat, out[0].template as<float>(), n, size);
        });
  });
}

}  // namespace

KERAS_OP("ops.nn", Softmax, softmax, "x, .axis=-1")
Tensor softmax(const Operand& x, const Axes& axis) {
  if (makes_node(rows::Softmax, x)) return make_node(rows::Softmax, {x, axis});
  if (!axis.is_none() && axis.values().size() == 1) {
    return emit_softmax(kernels::softmax, x, axis.values().front());
  }
  const DType dtype = float_of(x);
  const Tensor values = x.as(DType::kFloat32);
  return cast(exp(subtract(values, logsumexp(values, axis, true))), dtype);
}

KERAS_OP("ops.nn", LogSoftmax, log_softmax, "x, .axis=-1")
Tensor log_softmax(const Operand& x, const Axes& axis) {
  if (makes_node(rows::LogSoftmax, x)) return make_node(rows::LogSoftmax, {x, axis});
  if (!axis.is_none() && axis.values().size() == 1) {
    return emit_softmax(kernels::log_softmax, x, axis.values().front());
  }
  const DType dtype = float_of(x);
  const Tensor values = x.as(DType::kFloat32);
  return cast(subtract(values, logsumexp(values, axis, true)), dtype);
}

Tensor masked_softmax(const Operand& x, const Tensor& mask, const Axes& axis) {
  const DType dtype = float_of(x);
  const Tensor values = cast(x, DType::kFloat32);
  const Tensor keep = mask.dtype() == DType::kBool ? mask : greater(mask, 0.5);
  const bool last = !axis.is_none() && axis.values().size() == 1 &&
                    normalize_axis(axis.values().front(), values.rank()) == values.rank() - 1;
  if (last && !runtime::any_tangent(values)) {
    if (const auto rows = mask_rows(values.shape(), keep.shape())) {
      return cast(emit_masked(values, keep, *rows), dtype);
    }
  }
  return cast(where(keep, softmax(where(keep, values, -1e9), axis), 0.0), dtype);
}

KERAS_OP("ops.nn", Sparsemax, sparsemax, "x, .axis=-1")
Tensor sparsemax(const Operand& x, int64_t axis) {
  if (makes_node(rows::Sparsemax, x)) return make_node(rows::Sparsemax, {x, axis});
  const DType dtype = float_of(x);
  const Tensor logits = x.as(DType::kFloat32);
  const int at = normalize_axis(axis, logits.rank());
  const int64_t size = logits.shape()[at];
  if (logits.is_abstract()) return Tensor::abstract(logits.shape(), dtype);
  const Tensor sorted = negative(sort(negative(logits), at));
  const Tensor sums = cumsum(sorted, at);
  std::vector<int64_t> shape(static_cast<size_t>(logits.rank()), 1);
  shape[static_cast<size_t>(at)] = size;
  const Tensor rank = reshape(arange(1, static_cast<double>(size) + 1, 1, DType::kFloat32), shape);
  const Tensor support = greater(subtract(sorted, divide(subtract(sums, 1), rank)), 0);
  const Tensor k = sum(cast(support, DType::kFloat32), at, true);
  const Tensor total = sum(where(support, sums, 0.0), at, true);
  return cast(maximum(subtract(logits, divide(subtract(total, 1), k)), 0.0), dtype);
}

}  // namespace keras::ops
