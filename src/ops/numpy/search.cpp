// Searching, counting and unique values.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/sort.h"
#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/nn.h"
#include "ops/numpy.h"
#include "tensor/element.h"

namespace keras::ops {
namespace {

using runtime::emit_js;

// Tensors whose shapes depend on values, which plans cannot record.
template <class F>
std::vector<Tensor> emit_dynamic(std::string_view name, const std::vector<Tensor>& inputs,
                                 const std::vector<Spec>& specs, const F& f) {
  return emit_js(name, inputs, specs, f);
}

Tensor int_tensor(const std::vector<int32_t>& values, const Shape& shape) {
  return Tensor::from(std::span<const int32_t>(values), shape);
}

// Where each value would be inserted into a sorted vector.
Tensor search_sorted(const Operand& sequence, const Operand& values, bool right) {
  if (sequence.shape().rank() != 1) {
    raise_value_error(
        {"`searchsorted` only supports 1-D sorted sequences. You can use "
         "`keras.ops.vectorized_map` to extend it to N-D sequences. Received: "
         "sorted_sequence.shape=",
         repr(sequence.shape())});
  }
  const DType compute = compute_dtype(promote(sequence, values));
  const Tensor sorted = sequence.as(compute), wanted = values.as(compute);
  return emit({sorted, wanted}, Spec{wanted.shape(), DType::kInt32}, [&] {
    return function_step("searchsorted", [compute, right, n = sorted.size(), m = wanted.size()](
                                             auto in, auto out, auto*) {
      with_type(compute, [&]<class T>(T*) {
        const T* begin = in[0].template as<T>();
        // NaN is larger than every number.
        const auto less = [](T a, T b) { return b != b ? a == a : a < b; };
        for (int64_t i = 0; i < m; ++i) {
          const T value = in[1].template as<T>()[i];
          const T* position = right ? std::upper_bound(begin, begin + n, value, less)
                                    : std::lower_bound(begin, begin + n, value, less);
          out[0].template as<int32_t>()[i] = static_cast<int32_t>(position - begin);
        }
      });
    });
  });
}

std::vector<Tensor> nonzero_places(const Tensor& x) {
  const kernels::Dims strides = dims(x.shape()).strides();
  std::vector<std::vector<int32_t>> positions(static_cast<size_t>(x.rank()));
  for (int64_t i = 0; i < x.size(); ++i) {
    if (x.item(i) == 0) continue;
    for (int axis = 0; axis < x.rank(); ++axis) {
      positions[static_cast<size_t>(axis)].push_back(
          static_cast<int32_t>(i / strides[axis] % x.shape()[axis]));
    }
  }
  std::vector<Tensor> result;
  for (const auto& axis : positions) {
    result.push_back(int_tensor(axis, Shape{static_cast<int64_t>(axis.size())}));
  }
  return result;
}

// The distinct slices along axis 0 of a matrix, in ascending order.
struct Distinct {
  std::vector<int32_t> first, inverse, counts;
};
Distinct distinct_rows(const Tensor& rows) {
  const int64_t n = rows.shape()[0], width = n == 0 ? 0 : rows.size() / n;
  std::vector<int32_t> order(static_cast<size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  const auto compare = [&](int32_t a, int32_t b) {
    for (int64_t j = 0; j < width; ++j) {
      const double left = rows.item(a * width + j), right = rows.item(b * width + j);
      if (left < right) return -1;
      if (right < left) return 1;
    }
    return 0;
  };
  sort_stably(order, [&](int32_t a, int32_t b) { return compare(a, b) < 0; });
  Distinct result;
  result.inverse.resize(static_cast<size_t>(n));
  for (const int32_t row : order) {
    if (result.first.empty() || compare(result.first.back(), row) != 0) {
      result.first.push_back(row);
      result.counts.push_back(0);
    }
    ++result.counts.back();
    result.inverse[static_cast<size_t>(row)] = static_cast<int32_t>(result.first.size()) - 1;
  }
  return result;
}

struct UniqueOptions {
  bool index, inverse, counts;
  std::optional<int64_t> axis, size;
  std::optional<double> fill;
};

std::vector<Tensor> unique_values(const Tensor& x, const UniqueOptions& options) {
  const Tensor moved = options.axis ? moveaxis(x, *options.axis, 0) : ravel(x);
  Distinct found = distinct_rows(moved);
  const auto distinct = static_cast<int64_t>(found.first.size());
  const int64_t size = options.size.value_or(distinct);
  byte_size(Shape{size}, DType::kInt32);
  const auto kept = static_cast<size_t>(std::min(size, distinct));
  found.first.resize(kept);
  found.counts.resize(kept);
  // Missing values repeat the smallest unless a fill value is given.
  while (static_cast<int64_t>(found.first.size()) < size) {
    found.first.push_back(found.first.empty() ? 0 : found.first.front());
    found.counts.push_back(0);
  }
  Tensor values = take(moved, int_tensor(found.first, Shape{size}), 0);
  if (options.fill && size > distinct) {
    const Tensor is_real = less(arange(0, static_cast<double>(size)), distinct);
    std::vector<int64_t> along(static_cast<size_t>(values.rank()), 1);
    along[0] = size;
    values =
        where(reshape(is_real, along), values, cast(Tensor::scalar(*options.fill), values.dtype()));
  }
  if (options.axis) values = moveaxis(values, 0, *options.axis);
  std::vector<Tensor> result{values};
  if (options.index) result.push_back(int_tensor(found.first, Shape{size}));
  if (options.inverse) {
    const Shape shape = options.axis ? Shape{moved.shape()[0]} : x.shape();
    result.push_back(int_tensor(found.inverse, shape));
  }
  if (options.counts) result.push_back(int_tensor(found.counts, Shape{size}));
  return result;
}

// Counts each number from 0, or sums its weights.
std::vector<Tensor> counted(const Tensor& x, const Tensor& weights, int64_t minlength) {
  const int64_t rows = x.rank() > 1 ? x.shape()[0] : 1, n = rows == 0 ? 0 : x.size() / rows;
  if (weights && weights.shape() != x.shape()) {
    raise_value_error({"`weights` must have the shape of `x`. Received: x.shape=", repr(x.shape()),
                       ", weights.shape=", repr(weights.shape())});
  }
  // Negative numbers count as 0.
  int64_t length = std::max<int64_t>(minlength, x.size() > 0 ? 1 : 0);
  for (int64_t i = 0; i < x.size(); ++i) {
    length = std::max(length, static_cast<int64_t>(x.item(i)) + 1);
  }
  const DType dtype = weights ? weights.dtype() : DType::kInt32;
  const Tensor sums = Tensor::zeros(Shape{rows, length}, DType::kFloat64);
  for (int64_t i = 0; i < x.size(); ++i) {
    const int64_t at = std::max<int64_t>(0, static_cast<int64_t>(x.item(i)));
    sums.data<double>()[i / n * length + at] += weights ? weights.item(i) : 1;
  }
  const Tensor y = cast(sums, dtype);
  return {x.rank() > 1 ? y : y.reshaped(Shape{length})};
}

Tensor searchsorted(const Operand& sorted_sequence, const Operand& values,
                    const std::string& side) {
  return search_sorted(sorted_sequence, values, side == "right");
}

Tensor isin(const Tensor& x1, const Operand& x2, bool /*assume_unique*/, bool invert) {
  const Tensor found = any(equal(expand_dims(x1, -1), ravel(x2)), -1);
  return invert ? logical_not(found) : found;
}

TensorTuple unravel_index(const Tensor& indices, const std::vector<int64_t>& shape) {
  Tensor rest = cast(indices, DType::kInt32);
  // Negative indices count from the end; those out of range mean the first or last element.
  int64_t size = 1;
  for (const int64_t dim : shape) size = checked_product(size, dim);
  size = std::clamp<int64_t>(size, 0, std::numeric_limits<int32_t>::max());
  rest = clip(where(less(rest, 0), add(rest, size), rest), 0, std::max<int64_t>(0, size - 1));
  TensorTuple result{std::vector<Tensor>(shape.size())};
  for (size_t i = shape.size(); i-- > 0;) {
    result.tensors[i] = i == 0 ? rest : mod(rest, shape[i]);
    if (i > 0) rest = floor_divide(rest, shape[i]);
  }
  return result;
}

// As JAX: the smallest kth + 1 in ascending order, then the others in their order.
Tensor argpartition(const Tensor& given, int64_t given_kth, std::optional<int64_t> axis) {
  const Tensor x = axis ? moveaxis(given, *axis, -1) : ravel(given);
  const int64_t n = x.shape().back();
  if (x.is_abstract()) return Tensor::abstract(axis ? given.shape() : Shape{n}, DType::kInt32);
  const int64_t kth = normalize_axis(given_kth, static_cast<int>(n));
  const Tensor smallest =
      get_item(argsort(x), Tree::tuple({Tree::Ellipsis(), Tree::Slice{Tree(), kth + 1, Tree()}}));
  // Sorting the marks of those already taken is stable: the others keep their order.
  const Tensor taken = max(one_hot(smallest, n, -1, DType::kInt32), -2);
  const Tensor others = get_item(
      argsort(taken), Tree::tuple({Tree::Ellipsis(), Tree::Slice{Tree(), n - kth - 1, Tree()}}));
  const Tensor positions = concatenate({smallest, others}, -1);
  return axis ? moveaxis(positions, -1, *axis) : positions;
}

TensorTuple nonzero(const Tensor& x) {
  const std::vector<Spec> specs(static_cast<size_t>(x.rank()), Spec{Shape{kNone}, DType::kInt32});
  return {emit_dynamic("nonzero", {x}, specs,
                       [](std::span<const Tensor> in) { return nonzero_places(in[0]); })};
}

// One tensor, or a tuple when more than the values are requested.
Result<ValueType::kTensor> unique(const Tensor& x, bool /*sorted*/, bool return_index,
                                  bool return_inverse, bool return_counts,
                                  std::optional<int64_t> axis, std::optional<int64_t> size,
                                  std::optional<double> fill_value) {
  const UniqueOptions options{return_index, return_inverse, return_counts, axis, size, fill_value};
  const int64_t n = size.value_or(kNone);
  const int at = axis ? normalize_axis(*axis, x.rank()) : 0;
  std::vector<Spec> specs{{axis ? x.shape().with(at, n) : Shape{n}, x.dtype()}};
  if (return_index) specs.push_back({Shape{n}, DType::kInt32});
  if (return_inverse) specs.push_back({axis ? Shape{x.shape()[at]} : x.shape(), DType::kInt32});
  if (return_counts) specs.push_back({Shape{n}, DType::kInt32});
  const auto results = emit_dynamic("unique", {x}, specs, [options](std::span<const Tensor> in) {
    return unique_values(in[0], options);
  });
  if (results.size() == 1) return {results.front()};
  return {Tree::tuple(Tree::Sequence(results.begin(), results.end()))};
}

Tensor bincount(const Tensor& x, const Tensor& weights, int64_t minlength, bool sparse) {
  if (sparse) raise_not_implemented_error({"Sparse tensors are not supported."});
  std::vector<Tensor> inputs{x};
  if (weights) inputs.push_back(weights);
  const DType dtype = weights ? weights.dtype() : DType::kInt32;
  const std::vector<Spec> specs{{x.shape().with_last(kNone), dtype}};
  return emit_dynamic("bincount", inputs, specs,
                      [minlength](std::span<const Tensor> in) {
                        return counted(in[0], in.size() > 1 ? in[1] : Tensor(), minlength);
                      })
      .front();
}

TensorTuple histogram(const Tensor& given, int64_t bins, const json::Value& range) {
  const Tensor x = cast(given, float_of(given.dtype()));
  if (x.rank() > 1) raise_value_error({"Input tensor must be 1-dimensional"});
  if (bins < 0) raise_value_error({"`bins` should be a non-negative integer"});
  Tensor low = min(x), high = max(x);
  if (!range.is_null()) {
    low = Tensor::scalar(range.as_array().at(0).as_double());
    high = Tensor::scalar(range.as_array().at(1).as_double());
  }
  const Tensor edges = linspace(low, high, checked_sum(bins, 1));
  const Tensor above = search_sorted(edges, x, true);
  // The last bin includes its right edge.
  const Tensor bin = subtract(where(equal(x, high), bins, above), 1);
  const Tensor hits =
      equal(expand_dims(bin, 0), expand_dims(arange(0, static_cast<double>(bins)), 1));
  return {{cast(sum(cast(hits, DType::kInt32), 1), x.dtype()), cast(edges, x.dtype())}};
}

Tensor view(const Tensor& x, std::optional<DType> given_dtype) {
  const DType dtype = given_dtype.value_or(x.dtype());
  const int64_t from = element_size(x.dtype()), to = element_size(dtype);
  Shape shape = x.shape();
  if (from != to) {
    if (shape.empty()) {
      raise_value_error({"Cannot view a scalar as a different dtype if item sizes are different."});
    }
    const int64_t last = shape.back();
    if (last != kNone && times(last, from) % to != 0) {
      raise_value_error(
          {"Cannot view array of shape ", repr(shape), " and dtype ",
           std::string(dtype_name(x.dtype())), " as dtype ", std::string(dtype_name(dtype)),
           " because the total number of bytes is not divisible by the new itemsize."});
    }
    shape = shape.with_last(last == kNone ? kNone : last * from / to);
  }
  return emit({x}, Spec{shape, dtype}, [&] {
    return function_step("view", [n = x.bytes()](auto in, auto out, auto*) {
      std::copy_n(in[0].data, n, out[0].data);
    });
  });
}

}  // namespace

KERAS_OP("ops.numpy", SearchSorted, searchsorted, "sorted_sequence, values, .side='left'")
KERAS_OP("ops.numpy", Digitize, digitize, "x, bins")
Tensor digitize(const Operand& x, const Operand& bins) {
  if (makes_node(x)) return make_node(rows::Digitize, {x, bins});
  return search_sorted(bins, x, true);
}
KERAS_OP("ops.numpy", IsIn, isin, "x1, x2, .assume_unique=False, .invert=False")
KERAS_OP("ops.numpy", UnravelIndex, unravel_index, "indices, .shape")
KERAS_OP("ops.numpy", Argpartition, argpartition, "x, .kth, .axis=-1")
KERAS_OP("ops.numpy", Nonzero, nonzero, "x")
KERAS_OP("ops.numpy", Unique, unique,
         "x, .sorted=True, .return_index=False, .return_inverse=False, .return_counts=False, "
         ".axis=None, .size=None, .fill_value=None")
KERAS_OP("ops.numpy", Bincount, bincount, "x, .weights=None, .minlength=0, .sparse=False")
KERAS_OP("ops.numpy", Histogram, histogram, "x, .bins=10, .range=None")
KERAS_OP("ops.numpy", View, view, "x, .dtype=None")

}  // namespace keras::ops
