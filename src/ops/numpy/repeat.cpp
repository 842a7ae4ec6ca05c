// repeat, tile, flip, roll and pad.
#include <algorithm>
#include <numeric>

#include "json/repr.h"
#include "kernels/copy.h"
#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/numpy.h"
#include "ops/table/tangent_rules.h"
#include "tensor/element.h"

namespace keras::ops {
namespace {

// One element of any dtype.
struct Element {
  alignas(8) std::byte bytes[8] = {};
};

kernels::PadMode pad_mode(std::string_view mode) {
  if (mode == "constant") return kernels::PadMode::kConstant;
  if (mode == "reflect") return kernels::PadMode::kReflect;
  if (mode == "symmetric") return kernels::PadMode::kSymmetric;
  if (mode == "edge") return kernels::PadMode::kEdge;
  raise_not_implemented_error({"Unsupported padding mode '", std::string(mode), "'."});
}

std::vector<PadWidth> pad_widths(const std::vector<PadWidth>& given, int rank) {
  for (const PadWidth& width : given) {
    const int64_t least = ShapesOnlyScope::active() ? kNone : 0;
    if (width.before < least || width.after < least) {
      raise_value_error({"`pad_width` must not be negative."});
    }
  }
  if (given.size() == 1 && rank != 1) {
    return std::vector<PadWidth>(static_cast<size_t>(rank), given.front());
  }
  if (static_cast<int>(given.size()) != rank) {
    raise_value_error(
        {"`pad_width` must have the same length as `x.shape`. Received: "
         "len(pad_width)=",
         std::to_string(given.size()), " and `x.ndim`=", std::to_string(rank), "."});
  }
  return given;
}

int64_t width_of(const json::Value& value) {
  return value.is_null() && ShapesOnlyScope::active() ? kNone : value.as_int();
}

// (before, after) pairs, one pair, or one number (keras/src/ops/numpy.py, Pad).
std::vector<PadWidth> read_pad_width(const json::Value& value) {
  const auto pair = [](const json::Value& v) -> PadWidth {
    if (!v.is_array()) return {width_of(v), width_of(v)};
    const json::Array& items = v.as_array();
    if (items.size() == 1) return {width_of(items[0]), width_of(items[0])};
    if (items.size() != 2) {
      raise_value_error({"`pad_width` must be a sequence of pairs. Received: pad_width=", repr(v)});
    }
    return {width_of(items[0]), width_of(items[1])};
  };
  if (!value.is_array()) return {pair(value)};
  const json::Array& items = value.as_array();
  if (items.empty() || !items[0].is_array()) return {pair(value)};
  std::vector<PadWidth> widths;
  for (const json::Value& item : items) widths.push_back(pair(item));
  return widths;
}

json::Value written(const std::vector<PadWidth>& widths) {
  json::Array array;
  for (const PadWidth& width : widths) array.push_back(json::Array{width.before, width.after});
  return array;
}

class PadStep final : public Step {
 public:
  PadStep(kernels::Dims from, kernels::Dims before, kernels::Dims after, kernels::PadMode mode,
          Element element, int size)
      : from_(from), before_(before), after_(after), mode_(mode), element_(element), size_(size) {}
  std::string_view name() const override { return "pad"; }

  std::optional<runtime::ZeroPadding> as_padding() const override {
    const auto is_zero = [](std::byte byte) { return byte == std::byte{0}; };
    if (mode_ != kernels::PadMode::kConstant || !std::ranges::all_of(element_.bytes, is_zero))
      return std::nullopt;
    return runtime::ZeroPadding{{before_.begin(), before_.end()}, {after_.begin(), after_.end()}};
  }
  void run(std::span<const View> in, std::span<const View> out, std::byte*) const override {
    kernels::pad(in[0].data, from_, before_, after_, mode_, element_.bytes, out[0].data, size_);
  }

 private:
  kernels::Dims from_, before_, after_;
  kernels::PadMode mode_;
  Element element_;
  int size_;
};

Tensor emit_pad(const Tensor& x, const std::vector<PadWidth>& widths, std::string_view mode,
                double value) {
  Shape shape;
  kernels::Dims before, after;
  for (int axis = 0; axis < x.rank(); ++axis) {
    const PadWidth& width = widths[static_cast<size_t>(axis)];
    const bool is_known = width.before != kNone && width.after != kNone;
    const int64_t total = is_known ? checked_sum(width.before, width.after) : kNone;
    shape.push_back(plus(x.shape()[axis], total));
    if (mode != "constant" && x.shape()[axis] == 0 && shape[axis] > 0) {
      raise_value_error({"can't extend empty axis ", std::to_string(axis),
                         " using modes other than 'constant' or 'empty'"});
    }
    before.push_back(width.before);
    after.push_back(width.after);
  }
  if (shape == x.shape() && shape.is_fully_defined()) return x;
  Element element;
  store_element(x.dtype(), element.bytes, 0, value);
  return emit({x}, Spec{shape, x.dtype()}, [&] {
    return std::make_unique<PadStep>(dims(x.shape()), before, after, pad_mode(mode), element,
                                     element_size(x.dtype()));
  });
}

Tensor emit_flip(const Tensor& x, const std::vector<int>& axes) {
  if (axes.empty()) return x;
  return emit({x}, Spec{x.shape(), x.dtype()}, [&] {
    const kernels::Dims from = dims(x.shape());
    kernels::Dims start = from, step = from;
    for (int axis = 0; axis < x.rank(); ++axis) {
      const bool flipped = std::find(axes.begin(), axes.end(), axis) != axes.end();
      start[axis] = flipped ? std::max<int64_t>(0, from[axis] - 1) : 0;
      step[axis] = flipped ? -1 : 1;
    }
    return function_step(
        "flip", [from, start, step, size = element_size(x.dtype())](auto in, auto out, auto*) {
          kernels::slice(in[0].data, from, start, step, from, out[0].data, size);
        });
  });
}

int64_t not_negative(int64_t repeats) {
  if (repeats < (ShapesOnlyScope::active() ? kNone : 0)) {
    raise_value_error({"`repeats` must not be negative. Received: ", std::to_string(repeats)});
  }
  return repeats;
}

// Along one axis.
Tensor roll_axis(const Tensor& x, int64_t shift, int axis) {
  const int64_t length = x.shape()[axis];
  if (length == kNone) return Tensor::abstract(x.shape(), x.dtype());
  if (length == 0) return x;
  const int64_t positions = ((shift % length) + length) % length;
  if (positions == 0) return x;
  const auto parts = split(x, std::vector<int64_t>{length - positions}, axis);
  return concatenate({parts[1], parts[0]}, axis);
}

Tensor pad_op(const Operand& x, const json::Value& pad_width, const std::string& mode,
              std::optional<double> constant_values) {
  if (constant_values && mode != "constant") {
    raise_value_error(
        {"Argument `constant_values` can only be provided when `mode == 'constant'`. "
         "Received: mode=",
         mode});
  }
  return pad(x, read_pad_width(pad_width), mode, constant_values.value_or(0));
}

Tensor tile_op(const Operand& x, const Sizes& repeats) { return tile(x, repeats); }

Tensor repeat_op(const Operand& x, const Sizes& repeats, std::optional<int64_t> axis) {
  return repeat(x, repeats, axis);
}

Tensor fliplr(const Operand& x) { return flip(x, 1); }
Tensor flipud(const Operand& x) { return flip(x, 0); }

Tensor rot90(const Tensor& array, int64_t k, const std::vector<int64_t>& axes) {
  if (array.rank() < 2) {
    raise_value_error({"Input array must have at least 2 dimensions. Received: array.ndim=",
                       std::to_string(array.rank())});
  }
  if (axes.size() != 2 || axes[0] == axes[1]) {
    raise_value_error({"Invalid axes: ", repr(Axes(axes).json()),
                       ". Axes must be a tuple of two different dimensions."});
  }
  switch (((k % 4) + 4) % 4) {
    case 0:
      return array;
    case 1:
      return swapaxes(flip(array, axes[1]), axes[0], axes[1]);
    case 2:
      return flip(flip(array, axes[0]), axes[1]);
    default:
      return flip(swapaxes(array, axes[0], axes[1]), axes[1]);
  }
}

}  // namespace

KERAS_OP("ops.numpy", Pad, pad_op, "x, .pad_width, .mode='constant', ~constant_values=None")
KERAS_OP("ops.numpy", Tile, tile_op, "x, .repeats")
KERAS_OP("ops.numpy", Repeat, repeat_op, "x, .repeats, .axis=None")
KERAS_OP("ops.numpy", Fliplr, fliplr, "x")
KERAS_OP("ops.numpy", Flipud, flipud, "x")
KERAS_OP("ops.numpy", Rot90, rot90, "array, .k=1, .axes=(0, 1)")

Tensor pad(const Operand& x, const std::vector<PadWidth>& pad_width, std::string_view mode,
           double constant_value) {
  if (makes_node(rows::Pad, x)) {
    const Tree value = constant_value == 0 ? Tree() : Tree(constant_value);
    return make_node(rows::Pad, {x, written(pad_width), mode, value});
  }
  const Tensor tensor = x.tensor();
  return emit_pad(tensor, pad_widths(pad_width, tensor.rank()), mode, constant_value);
}

Tensor tile(const Operand& x, const std::vector<int64_t>& repeats) {
  if (makes_node(rows::Tile, x)) return make_node(rows::Tile, {x, repeats});
  Tensor tensor = x.tensor();
  // The shorter of shape and repeats is extended with ones in front.
  std::vector<int64_t> counts = repeats;
  while (static_cast<int>(counts.size()) < tensor.rank()) counts.insert(counts.begin(), 1);
  Shape from = tensor.shape();
  while (from.rank() < static_cast<int>(counts.size())) from = Shape{1}.concat(from);
  Shape shape = from;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    shape[axis] = times(from[axis], not_negative(counts[static_cast<size_t>(axis)]));
  }
  return emit({tensor}, Spec{shape, tensor.dtype()}, [&] {
    return function_step("tile", [from = dims(from), counts = kernels::Dims(counts),
                                  size = element_size(tensor.dtype())](auto in, auto out, auto*) {
      kernels::tile(in[0].data, from, counts, out[0].data, size);
    });
  });
}

Tensor repeat(const Operand& x, int64_t repeats, std::optional<int64_t> axis) {
  if (makes_node(rows::Repeat, x)) return make_node(rows::Repeat, {x, repeats, axis});
  if (!axis) return repeat(ravel(x), repeats, 0);
  const Tensor tensor = x.tensor();
  const int at = normalize_axis(*axis, tensor.rank());
  const Shape shape = tensor.shape().with(at, times(tensor.shape()[at], not_negative(repeats)));
  return emit({tensor}, Spec{shape, tensor.dtype()}, [&] {
    return function_step("repeat", [outer = count(tensor.shape(), 0, at), n = tensor.shape()[at],
                                    inner = count(tensor.shape(), at + 1, tensor.rank()), repeats,
                                    size = element_size(tensor.dtype())](auto in, auto out, auto*) {
      kernels::repeat(in[0].data, outer, n, inner, repeats, out[0].data, size);
    });
  });
}

Tensor repeat(const Operand& x, const std::vector<int64_t>& repeats, std::optional<int64_t> axis) {
  if (repeats.size() == 1) return repeat(x, repeats.front(), axis);
  if (makes_node(rows::Repeat, x)) return make_node(rows::Repeat, {x, repeats, axis});
  if (!axis) return repeat(ravel(x), repeats, 0);
  if (is_only_shape(Shape(repeats))) {
    const Tensor tensor = x.tensor();
    return Tensor::abstract(tensor.shape().with(normalize_axis(*axis, tensor.rank()), kNone),
                            tensor.dtype());
  }
  const int64_t length = x.shape()[normalize_axis(*axis, x.shape().rank())];
  if (length != kNone && length != static_cast<int64_t>(repeats.size())) {
    raise_value_error({"`repeats` must have one number for each element. Received: ",
                       std::to_string(repeats.size()), " for ", std::to_string(length)});
  }
  int64_t total = 0;
  for (const int64_t times : repeats) total = checked_sum(total, not_negative(times));
  byte_size(Shape{total}, DType::kInt32);
  std::vector<int32_t> positions;
  for (size_t i = 0; i < repeats.size(); ++i) {
    positions.insert(positions.end(), static_cast<size_t>(repeats[i]), static_cast<int32_t>(i));
  }
  return take(x,
              Tensor::from(std::span<const int32_t>(positions),
                           Shape{static_cast<int64_t>(positions.size())}),
              axis);
}

KERAS_OP("ops.numpy", Flip, flip, "x, .axis=None")
Tensor flip(const Operand& x, const Axes& axis) {
  if (makes_node(rows::Flip, x)) return make_node(rows::Flip, {x, axis});
  const Tensor tensor = x.tensor();
  return emit_flip(tensor, axis.resolve(tensor.rank()));
}

KERAS_OP("ops.numpy", Roll, roll, "x, .shift, .axis=None")
Tensor roll(const Operand& x, const Axes& shift, const Axes& axis) {
  if (makes_node(rows::Roll, x)) return make_node(rows::Roll, {x, shift, axis});
  Tensor tensor = x.tensor();
  const std::vector<int64_t>& shifts = shift.values();
  if (axis.is_none()) {
    const Tensor flat = roll_axis(
        ravel(tensor), std::accumulate(shifts.begin(), shifts.end(), int64_t{0}, checked_sum), 0);
    return emit_alias(flat, tensor.shape());
  }
  // One shift for all axes, one axis for all shifts, or one for each.
  const std::vector<int64_t>& axes = axis.values();
  const size_t n = std::max(shifts.size(), axes.size());
  if (std::min(shifts.size(), axes.size()) != n && shifts.size() != 1 && axes.size() != 1) {
    raise_value_error({"Cannot roll by ", std::to_string(shifts.size()), " shifts along ",
                       std::to_string(axes.size()), " axes"});
  }
  for (size_t i = 0; i < n && !shifts.empty() && !axes.empty(); ++i) {
    tensor = roll_axis(tensor, shifts[shifts.size() == 1 ? 0 : i],
                       normalize_axis(axes[axes.size() == 1 ? 0 : i], tensor.rank()));
  }
  return tensor;
}

}  // namespace keras::ops
