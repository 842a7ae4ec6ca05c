// Putting tensors together and taking them apart along an axis.
#include <algorithm>

#include "kernels/copy.h"
#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras::ops {
namespace {

Tree::Sequence nests(const std::vector<Tensor>& tensors) {
  return Tree::Sequence(tensors.begin(), tensors.end());
}

Tree list(const std::vector<Tensor>& tensors) { return Tree::list(nests(tensors)); }

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

json::Value places(const std::vector<int64_t>& indices) { return Axes(indices).json(); }

std::vector<Tensor> tensors_of(const Tree& tree) {
  std::vector<Tensor> tensors;
  for (const Tree& item : tree.items()) tensors.push_back(item.as_tensor());
  return tensors;
}

// `indices_or_sections`, along an axis; `even` demands equal parts.
Tree split_by(const OpCall& c, int64_t axis, bool even = true) {
  const Tensor x = c.tensor("x");
  const int at = normalize_axis(axis, x.rank());
  if (c.field("indices_or_sections").is_array()) {
    return list(split_at(x, c.integers("indices_or_sections"), at));
  }
  return list(split_in(x, c.integer("indices_or_sections"), at, even));
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

}  // namespace

Tensor concatenate(const std::vector<Tensor>& xs, int64_t axis) {
  if (makes_node(xs)) return make_node("Concatenate", {list(xs)}, {{"axis", axis}}).as_tensor();
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

Tensor stack(const std::vector<Tensor>& xs, int64_t axis) {
  if (makes_node(xs)) return make_node("Stack", {list(xs)}, {{"axis", axis}}).as_tensor();
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
  if (makes_node(x)) {
    return tensors_of(
        make_node("Split", {x.tree()}, {{"indices_or_sections", sections}, {"axis", axis}}));
  }
  const Tensor tensor = x.tensor();
  return split_in(tensor, sections, normalize_axis(axis, tensor.rank()), true);
}

std::vector<Tensor> split(const Operand& x, const std::vector<int64_t>& indices, int64_t axis) {
  if (makes_node(x)) {
    return tensors_of(
        make_node("Split", {x.tree()}, {{"indices_or_sections", places(indices)}, {"axis", axis}}));
  }
  const Tensor tensor = x.tensor();
  return split_at(tensor, indices, normalize_axis(axis, tensor.rank()));
}

std::vector<Tensor> unstack(const Tensor& x, std::optional<int64_t> num, int64_t axis) {
  if (makes_node(x)) {
    const json::Value count = num ? json::Value(*num) : json::Value();
    return tensors_of(make_node("Unstack", {x}, {{"num", count}, {"axis", axis}}));
  }
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

namespace calls {

Tree Concatenate(const OpCall& c) { return concatenate(c.tensors("xs"), c.integer("axis")); }
Tree Stack(const OpCall& c) { return stack(c.tensors("x"), c.integer("axis")); }
Tree Hstack(const OpCall& c) {
  const auto xs = at_least(c.tensors("xs"), 1);
  return concatenate(xs, xs.front().rank() == 1 ? 0 : 1);
}
Tree Vstack(const OpCall& c) { return concatenate(at_least(c.tensors("xs"), 2), 0); }
Tree Dstack(const OpCall& c) { return concatenate(at_least(c.tensors("xs"), 3), 2); }
Tree Append(const OpCall& c) {
  const Tensor x1 = c.tensor("x1"), x2 = c.tensor("x2");
  if (c.is_none("axis")) return concatenate({ravel(x1), ravel(x2)}, 0);
  return concatenate({x1, x2}, c.integer("axis"));
}
Tree Split(const OpCall& c) { return split_by(c, c.integer("axis")); }
Tree ArraySplit(const OpCall& c) { return split_by(c, c.integer("axis"), false); }
Tree Hsplit(const OpCall& c) { return split_by(c, c.tensor("x").rank() == 1 ? 0 : 1); }
Tree Vsplit(const OpCall& c) { return split_by(c, 0); }
Tree Dsplit(const OpCall& c) { return split_by(c, 2); }
Tree Unstack(const OpCall& c) {
  return list(unstack(c.tensor("x"), c.optional_integer("num"), c.integer("axis")));
}

}  // namespace calls
}  // namespace keras::ops
