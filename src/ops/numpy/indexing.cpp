// x[key], slice, take and take_along_axis.
#include <algorithm>
#include <cstring>
#include <limits>

#include "kernels/copy.h"
#include "kernels/gather.h"
#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/nn.h"
#include "ops/numpy.h"
#include "ops/numpy/slice_start.h"
#include "ops/table/tangent_rules.h"
#include "tensor/element.h"

namespace keras::ops {
namespace {

// The element that JAX returns for an index out of range.
struct Fill {
  alignas(8) std::byte bytes[8] = {};

  explicit Fill(DType dtype) {
    if (is_float(dtype)) {
      store_element(dtype, bytes, 0, std::numeric_limits<double>::quiet_NaN());
    } else if (dtype == DType::kBool) {
      bytes[0] = std::byte{1};
    } else if (is_signed(dtype)) {
      bytes[dtype_size(dtype) - 1] = std::byte{0x80};
    } else {
      std::memset(bytes, 0xff, dtype_size(dtype));
    }
  }
};

// The region a key selects: start, step and size for each axis of x, and the shape of the result.
struct Region {
  std::vector<int64_t> start, step, size;
  Shape shape;
};

// Python's slice.indices(length), and the number of elements.
struct Range {
  int64_t start, step, size;
};
Range range_of(const Tree::Slice& slice, int64_t length) {
  const int64_t step = slice.step.is_none() ? 1 : slice.step.as_int();
  if (step == 0) raise_value_error({"slice step cannot be zero"});
  const int64_t low = step > 0 ? 0 : -1;
  const int64_t high = step > 0 ? length : length - 1;
  const auto position = [&](const Tree& value, int64_t missing) {
    if (value.is_none()) return missing;
    const int64_t given = value.as_int();
    return std::clamp(given < 0 ? given + length : given, low, high);
  };
  const int64_t start = position(slice.start, step > 0 ? low : high);
  const int64_t stop = position(slice.stop, step > 0 ? high : low);
  const int64_t distance = step > 0 ? stop - start : start - stop;
  const int64_t stride = std::abs(std::max(step, -std::numeric_limits<int64_t>::max()));
  return {start, step, distance > 0 ? (distance - 1) / stride + 1 : 0};
}

class KeyReader {
 public:
  KeyReader(const Tensor& x, const Tree& key) : x_(x), key_(key) {}

  Region read() {
    const Tree::Sequence keys = key_.is_sequence() ? key_.items() : Tree::Sequence{key_};
    const auto is_ellipsis = [](const Tree& k) { return k.is_ellipsis(); };
    const auto ellipses = std::count_if(keys.begin(), keys.end(), is_ellipsis);
    if (ellipses > 1) {
      raise_value_error({"Slice should only have one ellipsis. Received: `", repr(key_), "`"});
    }
    const auto consumed = std::count_if(
        keys.begin(), keys.end(), [](const Tree& k) { return !k.is_none() && !k.is_ellipsis(); });
    const int64_t rest = x_.rank() - consumed;
    if (rest < 0) {
      raise_value_error({"Array has shape ", repr(x_.shape()),
                         " but slice has to many indices. Received: `", repr(key_), "`"});
    }
    for (const Tree& key : keys) {
      if (key.is_ellipsis()) {
        for (int64_t i = 0; i < rest; ++i) take_all();
      } else {
        take(key);
      }
    }
    while (axis_ < x_.rank()) take_all();
    return std::move(region_);
  }

 private:
  void add(int64_t start, int64_t step, int64_t size) {
    region_.start.push_back(start);
    region_.step.push_back(step);
    region_.size.push_back(size);
    ++axis_;
  }

  void take_all() {
    region_.shape.push_back(x_.shape()[axis_]);
    add(0, 1, x_.shape()[axis_]);
  }

  void take(const Tree& key) {
    if (key.is_none()) {
      region_.shape.push_back(1);
      return;
    }
    const int64_t length = x_.shape()[axis_];
    if (key.is_slice()) {
      const Tree::Slice& slice = key.as_slice();
      const Range range = length == kNone ? Range{0, 1, kNone} : range_of(slice, length);
      region_.shape.push_back(range.size);
      add(range.start, range.step, range.size);
    } else if (key.is_int()) {
      add(index(key.as_int(), length), 1, 1);
    } else {
      raise_value_error({"Unsupported key type for array slice. Received: `", repr(key_), "`"});
    }
  }

  // Symbolic tensors refuse an index out of bounds; JAX clamps it for arrays.
  int64_t index(int64_t given, int64_t length) const {
    if (length == kNone) return given;
    const int64_t position = given < 0 ? given + length : given;
    if (position >= 0 && position < length) return position;
    if (x_.is_abstract() || length == 0) {
      raise_value_error({"Array has shape ", repr(x_.shape()), " but out-of-bounds index ",
                         repr(key_), " was requested."});
    }
    return std::clamp<int64_t>(position, 0, length - 1);
  }

  const Tensor& x_;
  const Tree& key_;
  Region region_;
  int axis_ = 0;
};

Tensor emit_region(const Tensor& x, const Region& region) {
  const Shape taken(region.size);
  const bool forward =
      std::all_of(region.step.begin(), region.step.end(), [](int64_t step) { return step == 1; });
  if (taken == x.shape() && forward) return emit_alias(x, region.shape);
  const Tensor y = emit({x}, Spec{taken, x.dtype()}, [&] {
    return function_step("slice",
                         [from = dims(x.shape()), start = kernels::Dims(region.start),
                          step = kernels::Dims(region.step), size = kernels::Dims(region.size),
                          bytes = element_size(x.dtype())](auto in, auto out, auto*) {
                           kernels::slice(in[0].data, from, start, step, size, out[0].data, bytes);
                         });
  });
  return emit_alias(y, region.shape);
}

Tensor emit_take(const Tensor& x, const Tensor& indices, int axis) {
  if (x.shape()[axis] == 0 && indices.shape().is_fully_defined() && indices.size() > 0) {
    raise_index_error({"cannot do a non-empty jnp.take() from an empty axis."});
  }
  const Shape shape =
      x.shape().slice(0, axis).concat(indices.shape()).concat(x.shape().slice(axis + 1));
  return emit({x, indices}, Spec{shape, x.dtype()}, [&] {
    return function_step(
        "take", [fill = Fill(x.dtype()), outer = count(x.shape(), 0, axis), size = x.shape()[axis],
                 inner = count(x.shape(), axis + 1, x.rank()), n = indices.size(),
                 bytes = element_size(x.dtype())](auto in, auto out, auto*) {
          kernels::take(in[0].data, outer, size, inner, in[1].template as<int32_t>(), n, fill.bytes,
                        out[0].data, bytes);
        });
  });
}

// A single integer tensor as the key, alone or in a list of length 1.
const Tree* tensor_key(const Tree& key) {
  const Tree& single = key.is_sequence() && key.items().size() == 1 ? key.items().front() : key;
  return single.is_tensor() || single.is_ndarray() ? &single : nullptr;
}

// x[indices]: unlike take(), clamps indices out of range.
Tensor take_inside(const Tensor& x, const Operand& indices) {
  const int64_t length = x.shape()[0];
  if (length == kNone) return take(x, indices, 0);
  const Tensor positions = cast(indices.tensor(), DType::kInt32);
  const Tensor counted = where(less(positions, 0), add(positions, length), positions);
  return take(x, clip(counted, 0, std::max<int64_t>(0, length - 1)), 0);
}

// Sizes of a slice; -1 and null mean all that remains.
Shape slice_size(const json::Value& given) {
  Shape size;
  for (const json::Value& dim : given.as_array()) {
    size.push_back(dim.is_null() ? kNone : dim.as_int());
  }
  return size;
}

Tensor slice_op(const Tensor& inputs, const Operand& start_indices,
                const Unread<ValueType::kShape>& shape) {
  std::vector<int64_t> start;
  const Tensor given = cast(start_indices, DType::kInt32);
  const Shape size = slice_size(field_of(shape.value));
  if (!given.has_data()) return Tensor::abstract(size, inputs.dtype());
  for (int64_t i = 0; i < given.size(); ++i) start.push_back(static_cast<int64_t>(given.item(i)));
  return slice(inputs, start, size);
}

}  // namespace

KERAS_OP("ops.core", Slice, slice_op, "inputs, start_indices, .shape")

std::vector<int64_t> slice_start(const Shape& shape, const std::vector<int64_t>& start,
                                 const Shape& size) {
  if (static_cast<int>(start.size()) != shape.rank() || size.rank() != shape.rank()) {
    raise_value_error({"A slice of shape ", repr(size), " with ", std::to_string(start.size()),
                       " start indices does not fit a tensor of shape ", repr(shape)});
  }
  std::vector<int64_t> result = start;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    const int64_t length = shape[axis];
    if (length == kNone || size[axis] == kNone) continue;
    if (size[axis] < 0 || size[axis] > length) {
      raise_value_error(
          {"The shape of a slice must be between 0 and that of the tensor. Received: ", repr(size),
           " of a tensor of shape ", repr(shape)});
    }
    int64_t& position = result[static_cast<size_t>(axis)];
    position =
        std::clamp<int64_t>(position < 0 ? position + length : position, 0, length - size[axis]);
  }
  return result;
}

KERAS_OP("ops.numpy", GetItem, get_item, "x, key")
Tensor get_item(const Tensor& x, const Tree& key) {
  if (makes_node(rows::GetItem, x)) return make_node(rows::GetItem, {x, key});
  if (const Tree* indices = tensor_key(key)) return take_inside(x, *indices);
  return emit_region(x, KeyReader(x, key).read());
}

Tensor slice(const Tensor& inputs, const std::vector<int64_t>& start_indices, const Shape& shape) {
  if (makes_node(rows::Slice, inputs))
    return make_node(rows::Slice, {inputs, start_indices, shape});
  Shape size = shape;
  for (int axis = 0; axis < std::min(size.rank(), inputs.rank()); ++axis) {
    const int64_t length = inputs.shape()[axis];
    if (size[axis] == kNone && length != kNone && axis < static_cast<int>(start_indices.size())) {
      size[axis] = length - start_indices[static_cast<size_t>(axis)];
    }
  }
  Region region{slice_start(inputs.shape(), start_indices, size),
                std::vector<int64_t>(start_indices.size(), 1), size.dims(), size};
  return emit_region(inputs, region);
}

KERAS_OP("ops.numpy", Take, take, "x, indices, .axis=None")
Tensor take(const Operand& x, const Operand& indices, std::optional<int64_t> axis) {
  if (makes_node(rows::Take, {&x, &indices})) return make_node(rows::Take, {x, indices, axis});
  const Tensor positions = cast(indices.tensor(), DType::kInt32);
  if (!axis) return emit_take(ravel(x), positions, 0);
  const Tensor tensor = x.tensor();
  return emit_take(tensor, positions, normalize_axis(*axis, tensor.rank()));
}

KERAS_OP("ops.numpy", TakeAlongAxis, take_along_axis, "x, indices, .axis=None")
Tensor take_along_axis(const Operand& x, const Operand& indices, std::optional<int64_t> axis) {
  if (makes_node(rows::TakeAlongAxis, {&x, &indices}))
    return make_node(rows::TakeAlongAxis, {x, indices, axis});
  if (!axis) return take_along_axis(ravel(x), ravel(indices), 0);
  Tensor values = x.tensor();
  Tensor positions = cast(indices.tensor(), DType::kInt32);
  const int at = normalize_axis(*axis, values.rank());
  if (values.rank() != positions.rank()) {
    raise_value_error({"indices and arr must have the same number of dimensions; ",
                       std::to_string(positions.rank()), " vs. ", std::to_string(values.rank())});
  }
  // All other axes broadcast.
  const Shape common = broadcast_shapes(values.shape().with(at, 1), positions.shape().with(at, 1));
  values = broadcast_to(values, common.with(at, values.shape()[at]));
  positions = broadcast_to(positions, common.with(at, positions.shape()[at]));
  return emit({values, positions}, Spec{positions.shape(), values.dtype()}, [&] {
    return function_step(
        "take_along_axis",
        [fill = Fill(values.dtype()), outer = count(values.shape(), 0, at),
         size = values.shape()[at], inner = count(values.shape(), at + 1, values.rank()),
         n = positions.shape()[at],
         bytes = element_size(values.dtype())](auto in, auto out, auto*) {
          kernels::take_along_axis(in[0].data, outer, size, inner, in[1].template as<int32_t>(), n,
                                   fill.bytes, out[0].data, bytes);
        });
  });
}

Tensor embedding_lookup(const Tensor& table, const Operand& ids) { return take(table, ids, 0); }

}  // namespace keras::ops
