// concatenate, stack, split and unstack.
#include <algorithm>

#include "kernels/copy.h"
#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/numpy.h"
#include "ops/table/tangent_rules.h"

namespace keras::ops {
namespace {

bool same_except(const Shape& a, const Shape& b, int axis) {
  if (a.rank() != b.rank()) return false;
  for (int i = 0; i < a.rank(); ++i) {
    if (i != axis && a[i] != b[i] && a[i] != kNone && b[i] != kNone) return false;
  }
  return true;
}

// One operand of a concatenation.
struct Part {
  int64_t size;  // along the axis
  int64_t offset;
};

Tensor emit_concatenate(const std::vector<Tensor>& xs, int axis, const Shape& shape, DType dtype) {
  return emit(xs, Spec{shape, dtype}, [&]() -> std::unique_ptr<Step> {
    std::vector<Part> parts;
    int64_t offset = 0;
    for (const Tensor& x : xs) {
      parts.push_back({x.shape()[axis], offset});
      offset += x.shape()[axis];
    }
    const int64_t outer = count(shape, 0, axis);
    const int64_t inner = count(shape, axis + 1, shape.rank());
    return function_step("concatenate", [parts, outer, inner, total = offset,
                                         size = element_size(dtype)](auto in, auto out, auto*) {
      for (size_t i = 0; i < parts.size(); ++i) {
        kernels::concatenate_into(in[i].data, outer, parts[i].size, inner, out[0].data,
                                  parts[i].offset, total, size);
      }
    });
  });
}

// Pieces of `sizes` along the axis, starting at `starts`.
std::vector<Tensor> emit_split(const Tensor& x, int axis, const std::vector<int64_t>& starts,
                               const std::vector<int64_t>& sizes) {
  std::vector<Spec> specs;
  for (const int64_t size : sizes) specs.push_back({x.shape().with(axis, size), x.dtype()});
  return emit(std::span(&x, 1), specs, [&] {
    return function_step("split", [from = dims(x.shape()), axis, starts, sizes,
                                   size = element_size(x.dtype())](auto in, auto out, auto*) {
      kernels::Dims start = from, step = from, taken = from;
      for (int i = 0; i < from.rank(); ++i) {
        start[i] = 0;
        step[i] = 1;
      }
      for (size_t i = 0; i < starts.size(); ++i) {
        start[axis] = starts[i];
        taken[axis] = sizes[i];
        kernels::slice(in[0].data, from, start, step, taken, out[i].data, size);
      }
    });
  });
}

std::vector<Tensor> split_in(const Tensor& x, int64_t sections, int axis, bool even) {
  const int64_t total = x.shape()[axis];
  if (sections <= 0) {
    raise_value_error(
        {"number sections must be larger than 0. Received: ", std::to_string(sections)});
  }
  byte_size(sections, sizeof(Spec), "a split");
  if (total == kNone) {
    return emit_split(x, axis, std::vector<int64_t>(static_cast<size_t>(sections)),
                      std::vector<int64_t>(static_cast<size_t>(sections), kNone));
  }
  if (even && total % sections != 0) {
    raise_value_error(
        {"`x` size on given `axis` must be divisible by `indices_or_sections` when "
         "`indices_or_sections` is an int. But received ",
         std::to_string(total), " and ", std::to_string(sections), "."});
  }
  std::vector<int64_t> starts, sizes;
  int64_t start = 0;
  for (int64_t i = 0; i < sections; ++i) {
    starts.push_back(start);
    sizes.push_back(total / sections + (i < total % sections ? 1 : 0));
    start += sizes.back();
  }
  return emit_split(x, axis, starts, sizes);
}

std::vector<Tensor> split_at(const Tensor& x, const std::vector<int64_t>& indices, int axis) {
  const int64_t total = x.shape()[axis];
  std::vector<int64_t> starts, sizes;
  int64_t start = 0;
  for (size_t i = 0; i <= indices.size(); ++i) {
    int64_t end = total;
    if (i < indices.size()) {
      end = indices[i];
      if (total != kNone) end = std::clamp<int64_t>(end < 0 ? end + total : end, 0, total);
    }
    if (total != kNone && end < start) {
      raise_value_error({"The indices of a split must ascend. Received: ", repr(Shape(indices))});
    }
    starts.push_back(start);
    sizes.push_back(end == kNone ? kNone : std::max<int64_t>(0, end - start));
    start = end;
  }
  return emit_split(x, axis, starts, sizes);
}

std::vector<Tensor> tensors_of(const Tree& tree) {
  std::vector<Tensor> tensors;
  for (const Tree& item : tree.items()) tensors.push_back(item.as_tensor());
  return tensors;
}

// Splits at a list of positions or into a number of parts; `even` demands parts of equal size.
std::vector<Tensor> split_by(const Tensor& x, const json::Value& indices_or_sections, int64_t axis,
                             bool even = true) {
  const int at = normalize_axis(axis, x.rank());
  if (!indices_or_sections.is_array()) {
    return split_in(x, indices_or_sections.as_int(), at, even);
  }
  return split_at(x, FieldTraits<Ints>::read(indices_or_sections), at);
}

Tensor at_least(const Tensor& x, int rank) {
  if (x.rank() >= rank) return x;
  if (rank == 1) return reshape(x, {1});
  const int64_t n = x.rank() == 0 ? 1 : x.shape()[0];
  if (rank == 2) return emit_alias(x, Shape{1, n});
  return x.rank() == 2 ? emit_alias(x, x.shape().concat({1})) : emit_alias(x, Shape{1, n, 1});
}

std::vector<Tensor> at_least(std::vector<Tensor> xs, int rank) {
  for (Tensor& x : xs) x = at_least(x, rank);
  return xs;
}

Tensor hstack(const std::vector<Tensor>& given) {
  const auto xs = at_least(given, 1);
  return concatenate(xs, xs.front().rank() == 1 ? 0 : 1);
}
Tensor vstack(const std::vector<Tensor>& xs) { return concatenate(at_least(xs, 2), 0); }
Tensor dstack(const std::vector<Tensor>& xs) { return concatenate(at_least(xs, 3), 2); }

Tensor append(const Tensor& x1, const Tensor& x2, std::optional<int64_t> axis) {
  if (!axis) return concatenate({ravel(x1), ravel(x2)}, 0);
  return concatenate({x1, x2}, *axis);
}

using Sections = json::Value;
std::vector<Tensor> split_op(const Tensor& x, const Sections& sections, int64_t axis) {
  return split_by(x, sections, axis);
}
std::vector<Tensor> array_split(const Tensor& x, const Sections& sections, int64_t axis) {
  return split_by(x, sections, axis, /*even=*/false);
}
std::vector<Tensor> hsplit(const Tensor& x, const Sections& sections) {
  return split_by(x, sections, x.rank() == 1 ? 0 : 1);
}
std::vector<Tensor> vsplit(const Tensor& x, const Sections& sections) {
  return split_by(x, sections, 0);
}
std::vector<Tensor> dsplit(const Tensor& x, const Sections& sections) {
  return split_by(x, sections, 2);
}

}  // namespace

KERAS_OP("ops.numpy", Hstack, hstack, "xs")
KERAS_OP("ops.numpy", Vstack, vstack, "xs")
KERAS_OP("ops.numpy", Dstack, dstack, "xs")
KERAS_OP("ops.numpy", Append, append, "x1, x2, .axis=None")
KERAS_OP("ops.numpy", Split, split_op, "x, .indices_or_sections, .axis=0")
KERAS_OP("ops.numpy", ArraySplit, array_split, "x, .indices_or_sections, .axis=0")
KERAS_OP("ops.numpy", Hsplit, hsplit, "x, .indices_or_sections")
KERAS_OP("ops.numpy", Vsplit, vsplit, "x, .indices_or_sections")
KERAS_OP("ops.numpy", Dsplit, dsplit, "x, .indices_or_sections")

KERAS_OP("ops.numpy", Concatenate, concatenate, "xs, .axis=0")
Tensor concatenate(const std::vector<Tensor>& xs, int64_t axis) {
  if (makes_node(rows::Concatenate, xs)) return make_node(rows::Concatenate, {xs, axis});
  if (xs.empty()) raise_value_error({"need at least one array to concatenate"});
  const Shape& first = xs.front().shape();
  const int at = normalize_axis(axis, first.rank());
  int64_t total = 0;
  DType dtype = xs.front().dtype();
  for (const Tensor& x : xs) {
    if (!same_except(x.shape(), first, at)) {
      raise_value_error(
          {"Every value in `xs` must have the same shape except on the `axis` dim. But "
           "found element of shape ",
           repr(x.shape()), ", which is different from the first element's shape ", repr(first),
           "."});
    }
    total = plus(total, x.shape()[at]);
    if (x.dtype() != dtype) dtype = promote({dtype}, {x.dtype()});
  }
  if (xs.size() == 1) return xs.front();
  std::vector<Tensor> values;
  for (const Tensor& x : xs) values.push_back(cast(x, dtype));
  return emit_concatenate(values, at, first.with(at, total), dtype);
}

KERAS_OP("ops.numpy", Stack, stack, "x, .axis=0")
Tensor stack(const std::vector<Tensor>& xs, int64_t axis) {
  if (makes_node(rows::Stack, xs)) return make_node(rows::Stack, {xs, axis});
  std::vector<Tensor> expanded;
  for (const Tensor& x : xs) {
    if (!same_except(x.shape(), xs.front().shape(), -1)) {
      raise_value_error({"Every value in `x` must have the same shape. But found element of shape ",
                         repr(x.shape()), ", which is different from the first element's shape ",
                         repr(xs.front().shape()), "."});
    }
    expanded.push_back(expand_dims(x, axis));
  }
  return concatenate(expanded, axis);
}

std::vector<Tensor> split(const Operand& x, int64_t sections, int64_t axis) {
  if (makes_node(rows::Split, x)) return tensors_of(make_nodes(rows::Split, {x, sections, axis}));
  const Tensor tensor = x.tensor();
  return split_in(tensor, sections, normalize_axis(axis, tensor.rank()), true);
}

std::vector<Tensor> split(const Operand& x, const std::vector<int64_t>& indices, int64_t axis) {
  if (makes_node(rows::Split, x)) return tensors_of(make_nodes(rows::Split, {x, indices, axis}));
  const Tensor tensor = x.tensor();
  return split_at(tensor, indices, normalize_axis(axis, tensor.rank()));
}

KERAS_OP("ops.core", Unstack, unstack, "x, .num=None, .axis=0")
std::vector<Tensor> unstack(const Tensor& x, std::optional<int64_t> num, int64_t axis) {
  if (makes_node(rows::Unstack, x)) return tensors_of(make_nodes(rows::Unstack, {x, num, axis}));
  const int at = normalize_axis(axis, x.rank());
  if (!num && x.shape()[at] == kNone) {
    raise_value_error({"Cannot infer argument `num` from shape ", repr(x.shape()),
                       ". Either provide a tensor with a concrete shape in the `axis` dimension or "
                       "explicitly pass the `num` argument."});
  }
  const int64_t parts = x.shape()[at] == kNone ? *num : x.shape()[at];
  std::vector<Tensor> pieces;
  if (parts == 0) return pieces;
  const Shape shape = x.shape().slice(0, at).concat(x.shape().slice(at + 1));
  for (const Tensor& piece : split_in(x, parts, at, true)) {
    pieces.push_back(emit_alias(piece, shape));
  }
  return pieces;
}

}  // namespace keras::ops
