// Writing into places of a tensor.
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

// indices [n, depth] into the first `depth` axes of `shape`; negative ones count from the end,
// those out of range are dropped.
struct Places {
  int64_t n = 0, depth = 0, row = 1;
  std::vector<int64_t> sizes;

  // The first element of place i, -1 when it is out of range.
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

// base with updates [n, row] combined into rows of it.
Tensor emit_scatter(const Tensor& base, const Tensor& indices, const Tensor& updates, Combine how) {
  const DType dtype = base.dtype();
  const DType compute = compute_dtype(dtype);
  const Tensor from = cast(base, compute);
  const Tensor at = cast(indices, DType::kInt32);
  const int depth = static_cast<int>(indices.shape().back());
  if (depth > base.rank()) {
    raise_value_error({"`indices` have ", std::to_string(depth),
                       " places each, which is more than the rank of shape ", repr(base.shape())});
  }
  const Shape rows = indices.shape().slice(0, indices.rank() - 1).concat(base.shape().slice(depth));
  const Tensor values = broadcast_to(cast(updates, compute), rows);
  const Tensor y = emit({from, at, values}, Spec{base.shape(), compute}, [&] {
    Places places;
    places.depth = depth;
    places.n = depth == 0 ? 0 : at.size() / depth;
    places.row = count(base.shape(), depth, base.rank());
    places.sizes = base.shape().slice(0, depth).dims();
    return function_step(
        "scatter", [places, how, compute, total = base.size()](auto in, auto out, auto*) {
          with_type(compute, [&]<class T>(T*) {
            T* to = out[0].template as<T>();
            if (to != in[0].template as<T>()) {
              std::copy_n(in[0].template as<T>(), total, to);
            }
            for (int64_t i = 0; i < places.n; ++i) {
              const int64_t offset = places.offset(in[1].template as<int32_t>(), i);
              if (offset < 0) continue;
              combine_row(how, in[2].template as<T>() + i * places.row, to + offset, places.row);
            }
          });
        });
  });
  return cast(y, dtype);
}

// Refuses a block that is larger than the tensor that it is written into.
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
  // Negative ids do not count from the end: they are dropped, as those that are too large.
  constexpr int64_t kNowhere = std::numeric_limits<int32_t>::max();
  const Tensor places = where(less(ids, 0), kNowhere, cast(ids, DType::kInt32));
  return emit_scatter(full(shape, start, dtype), expand_dims(places, -1), values, how);
}

int64_t segments_of(const OpCall& c) {
  if (c.is_none("num_segments") && !ShapesOnlyScope::active()) {
    raise_value_error(
        {"Argument `num_segments` must be set when using the JAX backend. Received: "
         "num_segments=None"});
  }
  return c.size("num_segments");
}

double lowest(DType dtype) {
  if (is_float(dtype)) return -std::numeric_limits<double>::infinity();
  return is_signed(dtype) ? -std::ldexp(1., element_size(dtype) * 8 - 1) : 0;
}
double highest(DType dtype) {
  if (is_float(dtype)) return std::numeric_limits<double>::infinity();
  return std::ldexp(1., element_size(dtype) * 8 - (is_signed(dtype) ? 1 : 0)) - 1;
}

}  // namespace

Tensor scatter(const Tensor& indices, const Tensor& values, const Shape& shape) {
  if (makes_node({indices, values})) {
    return make_node("Scatter", {indices, values}, {{"shape", FieldTraits<Shape>::write(shape)}})
        .as_tensor();
  }
  if (indices.is_abstract() || values.is_abstract()) {
    return Tensor::abstract(shape, values.dtype());
  }
  return emit_scatter(zeros(shape, values.dtype()), indices, values, Combine::kAdd);
}

Tensor scatter_update(const Tensor& inputs, const Tensor& indices, const Tensor& updates,
                      std::string_view reduction) {
  if (makes_node({inputs, indices, updates})) {
    const json::Value name = reduction.empty() ? json::Value() : json::Value(reduction);
    return make_node("ScatterUpdate", {inputs, indices, updates}, {{"reduction", name}})
        .as_tensor();
  }
  return emit_scatter(inputs, indices, updates, combine_of(reduction));
}

Tensor slice_update(const Tensor& inputs, const std::vector<int64_t>& start_indices,
                    const Tensor& updates) {
  if (makes_node({inputs, updates})) {
    return make_node("SliceUpdate", {inputs, Tree::from_json(Axes(start_indices).json()), updates})
        .as_tensor();
  }
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
  if (makes_node({&data, &segment_ids})) {
    return make_node("SegmentSum", {data.tree(), segment_ids.tree()},
                     {{"num_segments", num_segments}})
        .as_tensor();
  }
  return segment(data, segment_ids, num_segments, Combine::kAdd, 0);
}

Tensor segment_max(const Operand& data, const Operand& segment_ids, int64_t num_segments) {
  if (makes_node({&data, &segment_ids})) {
    return make_node("SegmentMax", {data.tree(), segment_ids.tree()},
                     {{"num_segments", num_segments}})
        .as_tensor();
  }
  return segment(data, segment_ids, num_segments, Combine::kMax, lowest(data.type().dtype));
}

namespace calls {

Tree Scatter(const OpCall& c) {
  return scatter(c.tensor("indices"), c.tensor("values"), c.shape());
}
Tree ScatterUpdate(const OpCall& c) {
  return scatter_update(c.tensor("inputs"), c.tensor("indices"), c.tensor("updates"),
                        c.is_none("reduction") ? "" : c.string("reduction"));
}
Tree SliceUpdate(const OpCall& c) {
  const Tensor inputs = c.tensor("inputs");
  const Tensor given = cast(c.operand("start_indices"), DType::kInt32);
  if (!given.has_data()) return Tensor::abstract(inputs.shape(), inputs.dtype());
  std::vector<int64_t> start;
  for (int64_t i = 0; i < given.size(); ++i) start.push_back(static_cast<int64_t>(given.item(i)));
  return slice_update(inputs, start, c.tensor("updates"));
}
Tree SegmentSum(const OpCall& c) {
  return segment_sum(c.operand("data"), c.operand("segment_ids"), segments_of(c));
}
Tree SegmentMax(const OpCall& c) {
  return segment_max(c.operand("data"), c.operand("segment_ids"), segments_of(c));
}
Tree SegmentMin(const OpCall& c) {
  const Operand data = c.operand("data");
  return segment(data, c.operand("segment_ids"), segments_of(c), Combine::kMin,
                 highest(data.type().dtype));
}
Tree SegmentProd(const OpCall& c) {
  return segment(c.operand("data"), c.operand("segment_ids"), segments_of(c), Combine::kMultiply,
                 1);
}

}  // namespace calls
}  // namespace keras::ops
