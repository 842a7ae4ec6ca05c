// scatter, slice_update and segment reductions.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "kernels/copy.h"
#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/math.h"
#include "ops/numpy.h"
#include "ops/numpy/slice_start.h"
#include "ops/table/tangent_rules.h"

namespace keras::ops {
namespace {

enum class Combine { kSet, kAdd, kMax, kMin, kMultiply };

Combine combine_of(std::string_view reduction) {
  if (reduction.empty()) return Combine::kSet;
  if (reduction == "add") return Combine::kAdd;
  if (reduction == "max") return Combine::kMax;
  if (reduction == "min") return Combine::kMin;
  if (reduction == "mul") return Combine::kMultiply;
  raise_value_error({"Unsupported reduction: ", std::string(reduction)});
}

template <class T>
void combine_row(Combine how, const T* from, T* to, int64_t n) {
  switch (how) {
    case Combine::kSet:
      std::copy(from, from + n, to);
      break;
    case Combine::kAdd:
      for (int64_t i = 0; i < n; ++i) to[i] = static_cast<T>(to[i] + from[i]);
      break;
    case Combine::kMax:
      for (int64_t i = 0; i < n; ++i) to[i] = std::max(to[i], from[i]);
      break;
    case Combine::kMin:
      for (int64_t i = 0; i < n; ++i) to[i] = std::min(to[i], from[i]);
      break;
    case Combine::kMultiply:
      for (int64_t i = 0; i < n; ++i) to[i] = static_cast<T>(to[i] * from[i]);
      break;
  }
}

// indices [n, depth] into the first `depth` axes of a shape. Negative indices count from the end;
// indices out of range are dropped.
struct Places {
  int64_t n = 0, depth = 0, row = 1;
  std::vector<int64_t> sizes;

  // The first element of row i, -1 when it is out of range.
  int64_t offset(const int32_t* indices, int64_t i) const {
    int64_t at = 0;
    for (int64_t d = 0; d < depth; ++d) {
      const int64_t size = sizes[static_cast<size_t>(d)];
      int64_t index = indices[i * depth + d];
      if (index < 0) index += size;
      if (index < 0 || index >= size) return -1;
      at = at * size + index;
    }
    return at * row;
  }
};

// base with updates [n, row] combined into its rows.
Tensor emit_scatter(const Tensor& base, const Tensor& indices, const Tensor& updates, Combine how) {
  const DType dtype = base.dtype();
  const DType compute = compute_dtype(dtype);
  const Tensor from = cast(base, compute);
  const Tensor at = cast(indices, DType::kInt32);
  const int depth = static_cast<int>(indices.shape().back());
  if (depth > base.rank()) {
    raise_value_error({"`indices` have ", std::to_string(depth),
                       " positions each, which is more than the rank of shape ",
                       repr(base.shape())});
  }
  const Shape rows = indices.shape().slice(0, indices.rank() - 1).concat(base.shape().slice(depth));
  const Tensor values = broadcast_to(cast(updates, compute), rows);
  const Tensor y = emit({from, at, values}, Spec{base.shape(), compute}, [&] {
    Places positions;
    positions.depth = depth;
    positions.n = depth == 0 ? 0 : at.size() / depth;
    positions.row = count(base.shape(), depth, base.rank());
    positions.sizes = base.shape().slice(0, depth).dims();
    return function_step("scatter", [positions, how, compute, total = base.size()](
                                        auto in, auto out, auto*) {
      with_type(compute, [&]<class T>(T*) {
        T* to = out[0].template as<T>();
        if (to != in[0].template as<T>()) {
          std::copy_n(in[0].template as<T>(), total, to);
        }
        for (int64_t i = 0; i < positions.n; ++i) {
          const int64_t offset = positions.offset(in[1].template as<int32_t>(), i);
          if (offset < 0) continue;
          combine_row(how, in[2].template as<T>() + i * positions.row, to + offset, positions.row);
        }
      });
    });
  });
  return cast(y, dtype);
}

// ValueError for a block that is larger than the tensor it is written to.
void check_inside(const Shape& whole, const Shape& block, const std::vector<int64_t>& start) {
  bool fits = block.rank() == whole.rank() && static_cast<int>(start.size()) == whole.rank();
  for (int axis = 0; fits && axis < whole.rank(); ++axis) {
    fits = block[axis] <= whole[axis] || whole[axis] == kNone;
  }
  if (fits) return;
  raise_value_error({"slice_update shapes must fit: inputs of shape ", repr(whole),
                     ", updates of shape ", repr(block), " and ", std::to_string(start.size()),
                     " start indices."});
}

Tensor segment(const Operand& data, const Operand& ids, int64_t segments, Combine how,
               double start) {
  const Tensor values = data.tensor();
  const Shape shape = Shape{segments}.concat(values.shape().slice(1));
  const DType dtype = values.dtype();
  if (values.is_abstract()) return Tensor::abstract(shape, dtype);
  // Negative ids are dropped like ids that are too large.
  constexpr int64_t kNowhere = std::numeric_limits<int32_t>::max();
  const Tensor positions = where(less(ids, 0), kNowhere, cast(ids, DType::kInt32));
  return emit_scatter(full(shape, start, dtype), expand_dims(positions, -1), values, how);
}

double lowest(DType dtype) {
  if (is_float(dtype)) return -std::numeric_limits<double>::infinity();
  return is_signed(dtype) ? -std::ldexp(1., element_size(dtype) * 8 - 1) : 0;
}
double highest(DType dtype) {
  if (is_float(dtype)) return std::numeric_limits<double>::infinity();
  return std::ldexp(1., element_size(dtype) * 8 - (is_signed(dtype) ? 1 : 0)) - 1;
}

int64_t checked_segments(Size num_segments) {
  if (num_segments == kNone && !ShapesOnlyScope::active()) {
    raise_value_error(
        {"Argument `num_segments` must be set when using the JAX backend. Received: "
         "num_segments=None"});
  }
  return num_segments;
}

Tensor segment_sum_op(const Operand& data, const Operand& ids, Size num_segments, bool /*sorted*/) {
  return segment_sum(data, ids, checked_segments(num_segments));
}
Tensor segment_max_op(const Operand& data, const Operand& ids, Size num_segments, bool /*sorted*/) {
  return segment_max(data, ids, checked_segments(num_segments));
}
Tensor segment_min(const Operand& data, const Operand& ids, Size num_segments, bool /*sorted*/) {
  return segment(data, ids, checked_segments(num_segments), Combine::kMin,
                 highest(data.type().dtype));
}
Tensor segment_prod(const Operand& data, const Operand& ids, Size num_segments, bool /*sorted*/) {
  return segment(data, ids, checked_segments(num_segments), Combine::kMultiply, 1);
}

Tensor slice_update_op(const Tensor& inputs, const Operand& start_indices, const Tensor& updates) {
  const Tensor given = cast(start_indices, DType::kInt32);
  if (!given.has_data()) return Tensor::abstract(inputs.shape(), inputs.dtype());
  std::vector<int64_t> start;
  for (int64_t i = 0; i < given.size(); ++i) start.push_back(static_cast<int64_t>(given.item(i)));
  return slice_update(inputs, start, updates);
}

}  // namespace

KERAS_OP("ops.core", SliceUpdate, slice_update_op, "inputs, start_indices, updates")
KERAS_OP("ops.math", SegmentSum, segment_sum_op,
         "data, segment_ids, .num_segments=None, .sorted=False")
KERAS_OP("ops.math", SegmentMax, segment_max_op,
         "data, segment_ids, .num_segments=None, .sorted=False")
KERAS_OP("ops.math", SegmentMin, segment_min,
         "data, segment_ids, .num_segments=None, .sorted=False")
KERAS_OP("ops.math", SegmentProd, segment_prod,
         "data, segment_ids, .num_segments=None, .sorted=False")

KERAS_OP("ops.core", Scatter, scatter, "indices, values, .shape")
Tensor scatter(const Tensor& indices, const Tensor& values, const Shape& shape) {
  if (makes_node(rows::Scatter, {indices, values}))
    return make_node(rows::Scatter, {indices, values, shape});
  if (indices.is_abstract() || values.is_abstract()) {
    return Tensor::abstract(shape, values.dtype());
  }
  return emit_scatter(zeros(shape, values.dtype()), indices, values, Combine::kAdd);
}

KERAS_OP("ops.core", ScatterUpdate, scatter_update, "inputs, indices, updates, .reduction=None")
Tensor scatter_update(const Tensor& inputs, const Tensor& indices, const Tensor& updates,
                      std::string_view reduction) {
  if (makes_node(rows::ScatterUpdate, {inputs, indices, updates})) {
    const Tree name = reduction.empty() ? Tree() : Tree(std::string(reduction));
    return make_node(rows::ScatterUpdate, {inputs, indices, updates, name});
  }
  return emit_scatter(inputs, indices, updates, combine_of(reduction));
}

Tensor slice_update(const Tensor& inputs, const std::vector<int64_t>& start_indices,
                    const Tensor& updates) {
  if (makes_node(rows::SliceUpdate, {inputs, updates}))
    return make_node(rows::SliceUpdate, {inputs, start_indices, updates});
  const Tensor values = cast(updates, inputs.dtype());
  check_inside(inputs.shape(), values.shape(), start_indices);
  return emit({inputs, values}, Spec{inputs.shape(), inputs.dtype()}, [&] {
    const kernels::Dims start = slice_start(inputs.shape(), start_indices, values.shape());
    kernels::Dims step;
    for (int axis = 0; axis < inputs.rank(); ++axis) step.push_back(1);
    return function_step(
        "slice_update", [start, step, to = dims(inputs.shape()), size = dims(values.shape()),
                         bytes = element_size(inputs.dtype())](auto in, auto out, auto*) {
          std::memcpy(out[0].data, in[0].data, static_cast<size_t>(to.count() * bytes));
          kernels::slice_update(in[1].data, out[0].data, to, start, step, size, bytes);
        });
  });
}

Tensor segment_sum(const Operand& data, const Operand& segment_ids, int64_t num_segments) {
  if (makes_node(rows::SegmentSum, {&data, &segment_ids}))
    return make_node(rows::SegmentSum, {data, segment_ids, num_segments});
  return segment(data, segment_ids, num_segments, Combine::kAdd, 0);
}

Tensor segment_max(const Operand& data, const Operand& segment_ids, int64_t num_segments) {
  if (makes_node(rows::SegmentMax, {&data, &segment_ids}))
    return make_node(rows::SegmentMax, {data, segment_ids, num_segments});
  return segment(data, segment_ids, num_segments, Combine::kMax, lowest(data.type().dtype));
}

}  // namespace keras::ops
