// reshape, transpose, and operations on axes.
#include <algorithm>

#include "json/repr.h"
#include "kernels/copy.h"
#include "kernels/transpose.h"
#include "ops/common/support.h"
#include "ops/numpy.h"
#include "ops/table/tangent_rules.h"

namespace keras::ops {
namespace {

// As compute_reshape_output_shape (keras/src/ops/operation_utils.py).
Shape reshaped_shape(const Shape& input, const std::vector<int64_t>& newshape) {
  const Shape wanted(newshape);
  const bool is_open = std::ranges::count(newshape, kNone) > 1;
  if (!input.is_fully_defined() || (is_open && ShapesOnlyScope::active())) return wanted;
  const auto fail = [&](const char* why) {
    return value_error("The total size of the tensor must be unchanged" + std::string(why) +
                       " Received: input_shape=" + repr(input) + ", newshape=" + repr(wanted));
  };
  int unknown = -1;
  int64_t known = 1;
  for (int axis = 0; axis < wanted.rank(); ++axis) {
    if (wanted[axis] < kNone) throw fail(", and sizes must not be negative.");
    if (wanted[axis] != kNone) {
      known = checked_product(known, wanted[axis]);
    } else if (unknown >= 0) {
      raise_value_error(
          {"There must be at most one unknown dimension (-1) in `newshape`. Received: "
           "newshape=",
           repr(Axes(newshape).json())});
    } else {
      unknown = axis;
    }
  }
  if (unknown < 0) {
    if (known != input.size()) throw fail(".");
    return wanted;
  }
  if (known == 0 || input.size() % known != 0) {
    throw fail(
        ", however, the input size cannot by divided by the specified dimensions in "
        "newshape.");
  }
  return wanted.with(unknown, input.size() / known);
}

// When input and newshape have the same number of unknown sizes (None), these are assumed equal,
// and the others determine the size of -1.
void follow_unknown(const Shape& input, const json::Value& given, std::vector<int64_t>& newshape) {
  if (!given.is_array()) return;
  const json::Value follows(-1);
  const auto position = std::ranges::find(given.as_array(), follows);
  const auto is_none = [](int64_t size) { return size == kNone; };
  if (position == given.as_array().end() || std::ranges::count_if(newshape, is_none) !=
                                                1 + std::ranges::count_if(input.dims(), is_none)) {
    return;
  }
  const auto known = [](const auto& sizes) {
    int64_t product = 1;
    for (const int64_t size : sizes) product *= size == kNone ? 1 : size;
    return product;
  };
  const int64_t total = known(input.dims()), rest = known(newshape);
  if (rest <= 0 || total % rest != 0) return;
  newshape[static_cast<size_t>(position - given.as_array().begin())] = total / rest;
}

Tensor reshape_to(const Tensor& x, const Shape& shape) {
  return x.shape() == shape ? x : emit_alias(x, shape);
}

std::vector<int> permutation_of(const std::optional<std::vector<int64_t>>& axes, int rank) {
  std::vector<int> permutation;
  if (!axes) {
    for (int axis = rank - 1; axis >= 0; --axis) permutation.push_back(axis);
    return permutation;
  }
  if (static_cast<int>(axes->size()) != rank) {
    raise_value_error({"axis must be a list of the same length as the input shape, expected ",
                       std::to_string(rank), ", but received ", std::to_string(axes->size()), "."});
  }
  std::vector<bool> seen(static_cast<size_t>(rank));
  for (const int64_t axis : *axes) {
    const int normal = normalize_axis(axis, rank);
    if (seen[static_cast<size_t>(normal)]) raise_value_error({"repeated axis in transpose"});
    seen[static_cast<size_t>(normal)] = true;
    permutation.push_back(normal);
  }
  return permutation;
}

// True when only axes of size 1 move: the data is unchanged.
bool keeps_order(const Shape& shape, const std::vector<int>& permutation) {
  int last = -1;
  for (const int axis : permutation) {
    if (shape[axis] == 1) continue;
    if (axis < last) return false;
    last = axis;
  }
  return true;
}

Tensor emit_transpose(const Tensor& x, const std::vector<int>& permutation) {
  Shape shape;
  kernels::Dims order;
  for (const int axis : permutation) {
    shape.push_back(x.shape()[axis]);
    order.push_back(axis);
  }
  if (keeps_order(x.shape(), permutation)) return reshape_to(x, shape);
  return emit({x}, Spec{shape, x.dtype()}, [&] {
    return function_step("transpose", [from = dims(x.shape()), order,
                                       size = element_size(x.dtype())](auto in, auto out, auto*) {
      kernels::transpose(in[0].data, from, order, out[0].data, size);
    });
  });
}

Tensor reshape_op(const Operand& x, const Unread<ValueType::kShape>& given) {
  std::vector<int64_t> newshape;
  if (given.value.is_sequence()) {
    for (const Tree& dim : given.value.items()) newshape.push_back(size_of(dim));
  } else {
    newshape.push_back(size_of(given.value));
  }
  if (!x.shape().is_fully_defined()) follow_unknown(x.shape(), field_of(given.value), newshape);
  return reshape(x, newshape);
}

}  // namespace

KERAS_OP("ops.numpy", Reshape, reshape_op, "x, .newshape")

Tensor reshape(const Operand& x, const std::vector<int64_t>& newshape) {
  if (makes_node(rows::Reshape, x)) return make_node(rows::Reshape, {x, newshape});
  const Tensor tensor = x.tensor();
  return reshape_to(tensor, reshaped_shape(tensor.shape(), newshape));
}

KERAS_OP("ops.numpy", Transpose, transpose, "x, .axes=None")
Tensor transpose(const Operand& x, const std::optional<std::vector<int64_t>>& axes) {
  if (makes_node(rows::Transpose, x)) return make_node(rows::Transpose, {x, axes});
  const Tensor tensor = x.tensor();
  return emit_transpose(tensor, permutation_of(axes, tensor.rank()));
}

KERAS_OP("ops.numpy", Moveaxis, moveaxis, "x, .source, .destination")
Tensor moveaxis(const Operand& x, const Axes& source, const Axes& destination) {
  if (makes_node(rows::Moveaxis, x)) return make_node(rows::Moveaxis, {x, source, destination});
  const Tensor tensor = x.tensor();
  const int rank = tensor.rank();
  if (source.values().size() != destination.values().size()) {
    raise_value_error(
        {"`source` and `destination` arguments must have the same number of "
         "elements."});
  }
  std::vector<int> permutation(static_cast<size_t>(rank), -1);
  std::vector<bool> moved(static_cast<size_t>(rank));
  for (size_t i = 0; i < source.values().size(); ++i) {
    const int from = normalize_axis(source.values()[i], rank);
    int& to = permutation[static_cast<size_t>(normalize_axis(destination.values()[i], rank))];
    if (to >= 0 || moved[static_cast<size_t>(from)]) raise_value_error({"repeated axis"});
    to = from;
    moved[static_cast<size_t>(from)] = true;
  }
  int next = 0;
  for (int& axis : permutation) {
    if (axis >= 0) continue;
    while (moved[static_cast<size_t>(next)]) ++next;
    axis = next++;
  }
  return emit_transpose(tensor, permutation);
}

KERAS_OP("ops.numpy", Swapaxes, swapaxes, "x, .axis1, .axis2")
Tensor swapaxes(const Operand& x, int64_t axis1, int64_t axis2) {
  if (makes_node(rows::Swapaxes, x)) return make_node(rows::Swapaxes, {x, axis1, axis2});
  const Tensor tensor = x.tensor();
  std::vector<int> permutation;
  for (int axis = 0; axis < tensor.rank(); ++axis) permutation.push_back(axis);
  std::swap(permutation[static_cast<size_t>(normalize_axis(axis1, tensor.rank()))],
            permutation[static_cast<size_t>(normalize_axis(axis2, tensor.rank()))]);
  return emit_transpose(tensor, permutation);
}

KERAS_OP("ops.numpy", ExpandDims, expand_dims, "x, .axis")
Tensor expand_dims(const Operand& x, const Axes& axis) {
  if (makes_node(rows::ExpandDims, x)) return make_node(rows::ExpandDims, {x, axis});
  const Tensor tensor = x.tensor();
  const std::vector<int64_t> given =
      axis.is_none() ? std::vector<int64_t>{tensor.rank()} : axis.values();
  const int rank = tensor.rank() + static_cast<int>(given.size());
  std::vector<int64_t> dims(static_cast<size_t>(rank), 0);
  for (const int64_t a : given) dims[static_cast<size_t>(normalize_axis(a, rank))] = 1;
  int next = 0;
  for (int64_t& dim : dims) {
    if (dim == 0) dim = tensor.shape()[next++];
  }
  return emit_alias(tensor, Shape(std::move(dims)));
}

KERAS_OP("ops.numpy", Squeeze, squeeze, "x, .axis=None")
Tensor squeeze(const Operand& x, const Axes& axis) {
  if (makes_node(rows::Squeeze, x)) return make_node(rows::Squeeze, {x, axis});
  const Tensor tensor = x.tensor();
  std::vector<bool> removed(static_cast<size_t>(tensor.rank()));
  for (int i = 0; i < tensor.rank(); ++i) {
    removed[static_cast<size_t>(i)] = axis.is_none() && tensor.shape()[i] == 1;
  }
  if (!axis.is_none()) {
    for (const int64_t a : axis.values()) {
      const int at = normalize_axis(a, tensor.rank());
      if (tensor.shape()[at] != 1) {
        raise_value_error(
            {"Cannot squeeze axis ", std::to_string(a), ", because the dimension is not 1."});
      }
      removed[static_cast<size_t>(at)] = true;
    }
  }
  Shape shape;
  for (int i = 0; i < tensor.rank(); ++i) {
    if (!removed[static_cast<size_t>(i)]) shape.push_back(tensor.shape()[i]);
  }
  return reshape_to(tensor, shape);
}

KERAS_OP("ops.numpy", Ravel, ravel, "x")
Tensor ravel(const Operand& x) {
  if (makes_node(rows::Ravel, x)) return make_node(rows::Ravel, {x});
  const Tensor tensor = x.tensor();
  return reshape_to(tensor, Shape{count(tensor.shape(), 0, tensor.rank())});
}

KERAS_OP("ops.numpy", BroadcastTo, broadcast_to, "x, .shape")
Tensor broadcast_to(const Operand& x, const Shape& shape) {
  if (makes_node(rows::BroadcastTo, x)) return make_node(rows::BroadcastTo, {x, shape});
  const Tensor tensor = x.tensor();
  if (tensor.shape() == shape) return tensor;
  if (broadcast_shapes(tensor.shape(), shape) != shape && shape.is_fully_defined() &&
      tensor.shape().is_fully_defined()) {
    raise_value_error({"Cannot broadcast shape ", repr(tensor.shape()), " to ", repr(shape), "."});
  }
  return emit({tensor}, Spec{shape, tensor.dtype()}, [&] {
    return function_step("broadcast_to",
                         [from = dims(tensor.shape()), to = dims(shape),
                          size = element_size(tensor.dtype())](auto in, auto out, auto*) {
                           kernels::broadcast_to(in[0].data, from, out[0].data, to, size);
                         });
  });
}

}  // namespace keras::ops
