// Diagonals, and products and differences that are put together from others.
#include <algorithm>

#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras::ops {
namespace {

// Length of diagonal `offset` of a matrix.
int64_t diagonal_length(int64_t rows, int64_t columns, int64_t offset) {
  if (rows == kNone || columns == kNone) return kNone;
  const int64_t rest = offset > 0 ? columns - offset : rows + offset;
  return std::max<int64_t>(0, std::min(rest, std::min(rows, columns)));
}

// The diagonal of axes 1 and 2, as the last axis.
Tensor diagonal(const Tensor& x, int64_t offset, int64_t axis1, int64_t axis2) {
  if (x.rank() < 2) {
    raise_value_error(
        {"`diagonal` requires an array of at least two dimensions, but `x` is of "
         "shape ",
         repr(x.shape()), "."});
  }
  const Tensor moved = moveaxis(x, {axis1, axis2}, {-2, -1});
  const int rank = moved.rank();
  const int64_t rows = moved.shape()[rank - 2], columns = moved.shape()[rank - 1];
  const int64_t n = diagonal_length(rows, columns, offset);
  const Shape outer = moved.shape().slice(0, rank - 2);
  if (moved.is_abstract()) return Tensor::abstract(outer.concat({n}), x.dtype());
  // In a row of all elements the diagonal is every (columns + 1)th.
  const Tensor flat = emit_alias(moved, outer.concat({rows * columns}));
  const int64_t first = offset > 0 ? offset : -offset * columns;
  std::vector<int32_t> places;
  for (int64_t i = 0; i < n; ++i) places.push_back(static_cast<int32_t>(first + i * (columns + 1)));
  return take(flat, Tensor::from(std::span<const int32_t>(places), Shape{n}), -1);
}

// A matrix with the vector on diagonal k.
Tensor diagonal_matrix(const Tensor& vector, int64_t k) {
  const int64_t n = vector.shape()[0];
  const int64_t size = plus(n, k < 0 ? checked_product(k, -1) : k);
  if (vector.is_abstract()) return Tensor::abstract(Shape{size, size}, vector.dtype());
  const Tensor padded = pad(vector, {{k > 0 ? k : 0, k < 0 ? -k : 0}});
  const Tensor keep = eye(size, size, k, DType::kBool);
  return where(keep, expand_dims(padded, 0), cast(Tensor::scalar(0), vector.dtype()));
}

// Elements from `start` to `stop` of an axis.
Tensor part(const Tensor& x, int axis, const Tree& start, const Tree& stop) {
  Tree::Sequence key(static_cast<size_t>(axis), Tree(Tree::Slice{}));
  key.push_back(Tree::Slice{start, stop, Tree()});
  return get_item(x, Tree::tuple(std::move(key)));
}

Tensor difference(const Tensor& x, int axis) {
  const Tensor after = part(x, axis, 1, Tree()), before = part(x, axis, Tree(), -1);
  return x.dtype() == DType::kBool ? not_equal(after, before) : subtract(after, before);
}

Tensor component(const Tensor& x, int64_t i) {
  return get_item(x, Tree::tuple({Tree::Ellipsis(), i}));
}

Tensor cross(const Tensor& x1, const Tensor& x2, int64_t axisa, int64_t axisb, int64_t axisc) {
  const Tensor a = moveaxis(x1, axisa, -1), b = moveaxis(x2, axisb, -1);
  const int64_t na = a.shape().back(), nb = b.shape().back();
  for (const int64_t n : {na, nb}) {
    if (n != 2 && n != 3) {
      raise_value_error(
          {"Dimension on the axis of a cross product must be either 2 or 3, but "
           "received: ",
           std::to_string(n)});
    }
  }
  const auto minor = [&](int64_t i, int64_t j) {
    return subtract(multiply(component(a, i), component(b, j)),
                    multiply(component(a, j), component(b, i)));
  };
  const Tensor z = minor(0, 1);
  if (na == 2 && nb == 2) return z;
  // A vector of two components has a third one that is 0.
  const auto mixed = [&](int64_t i) {
    if (na == 3 && nb == 3) return minor(i, 2);
    return na == 2 ? multiply(component(a, i), component(b, 2))
                   : negative(multiply(component(a, 2), component(b, i)));
  };
  return moveaxis(stack({mixed(1), negative(mixed(0)), z}, -1), -1, axisc);
}

Tensor correlate(const Operand& x1, const Operand& x2, const std::string& mode) {
  if (mode != "valid" && mode != "same" && mode != "full") {
    raise_value_error({"`mode` must be either `valid`, `same`, or `full`, but received: ", mode});
  }
  const DType dtype = float_of(promote(x1, x2));
  Tensor a = x1.as(DType::kFloat32), b = x2.as(DType::kFloat32);
  if (a.rank() != 1 || b.rank() != 1) {
    raise_value_error({"`x1` and `x2` must be 1-dimensional tensors, but received shapes ",
                       repr(a.shape()), " and ", repr(b.shape())});
  }
  // Numpy slides the shorter one and mirrors the result when the first is shorter.
  const int64_t na = a.shape()[0], nb = b.shape()[0];
  const bool swapped = na < nb;
  if (swapped) std::swap(a, b);
  const int64_t n = std::max(na, nb), m = std::min(na, nb);
  int64_t before = 0, after = 0;
  if (mode == "full") before = after = m - 1;
  if (mode == "same") {
    before = m / 2;
    after = m - 1 - before;
    if (swapped) std::swap(before, after);
  }
  const Tensor padded = pad(a, {{before, after}});
  const int64_t count = n + before + after - m + 1;
  std::vector<Tensor> windows;
  for (int64_t i = 0; i < m; ++i) windows.push_back(part(padded, 0, i, i + count));
  const Tensor y = sum(multiply(stack(windows, 1), b), 1);
  return cast(swapped ? flip(y) : y, dtype);
}

}  // namespace

namespace calls {

Tree Diagonal(const OpCall& c) {
  return diagonal(c.tensor("x"), c.integer("offset"), c.integer("axis1"), c.integer("axis2"));
}
Tree Trace(const OpCall& c) {
  return sum(diagonal(c.tensor("x"), c.integer("offset"), c.integer("axis1"), c.integer("axis2")),
             -1);
}
Tree Diag(const OpCall& c) {
  const Tensor x = c.tensor("x");
  if (x.rank() == 1) return diagonal_matrix(x, c.integer("k"));
  if (x.rank() == 2) return diagonal(x, c.integer("k"), 0, 1);
  raise_value_error({"`x` must be 1-D or 2-D, but received shape ", repr(x.shape()), "."});
}
Tree Diagflat(const OpCall& c) { return diagonal_matrix(ravel(c.operand("x")), c.integer("k")); }
Tree Diff(const OpCall& c) {
  Tensor x = c.tensor("a");
  const int axis = normalize_axis(c.integer("axis"), x.rank());
  const int64_t n = c.integer("n");
  if (n < 0) raise_value_error({"order must be non-negative but got ", std::to_string(n)});
  // As many differences as there are elements leave nothing; of an unknown number some are left.
  const int64_t length = x.shape()[axis];
  const int64_t rounds = std::min<int64_t>(n, length == kNone ? 1 : length);
  for (int64_t i = 0; i < rounds; ++i) x = difference(x, axis);
  return x;
}
Tree Trapezoid(const OpCall& c) {
  Tensor y = c.tensor("y");
  const DType dtype = float_of(y.dtype());
  y = moveaxis(cast(y, dtype), c.integer("axis"), -1);
  const Tensor heights = add(part(y, y.rank() - 1, 1, Tree()), part(y, y.rank() - 1, Tree(), -1));
  if (c.is_none("x")) return multiply(sum(heights, -1), 0.5 * c.number("dx"));
  Tensor x = cast(Operand(Tree::from_json(c.field("x"))), dtype);
  if (x.rank() > 1) x = moveaxis(x, c.integer("axis"), -1);
  return multiply(sum(multiply(difference(x, x.rank() - 1), heights), -1), 0.5);
}
Tree Vander(const OpCall& c) {
  const Tensor x = c.tensor("x");
  const int64_t n = c.optional_integer("N").value_or(x.shape()[0]);
  if (n < kNone || (n == kNone && !c.is_none("N"))) {
    raise_value_error({"N must be nonnegative"});
  }
  if (n == kNone) return Tensor::abstract(Shape{x.shape()[0], kNone}, x.dtype());
  const bool increasing = c.flag("increasing");
  const Tensor exponents = increasing ? ops::arange(0, static_cast<double>(n))
                                      : ops::arange(static_cast<double>(n) - 1, -1, -1);
  return power(expand_dims(x, 1), cast(exponents, x.dtype()));
}
Tree Meshgrid(const OpCall& c) {
  std::vector<Tensor> xs;
  for (const Tree& x : c.args().rest()) xs.push_back(ravel(Operand(x)));
  const bool swap = c.string("indexing") == "xy" && xs.size() > 1;
  const auto place = [&](size_t i) { return swap && i < 2 ? 1 - i : i; };
  Shape shape(std::vector<int64_t>(xs.size(), 1));
  for (size_t i = 0; i < xs.size(); ++i) shape[static_cast<int>(place(i))] = xs[i].shape()[0];
  Tree::Sequence grids;
  for (size_t i = 0; i < xs.size(); ++i) {
    std::vector<int64_t> along(xs.size(), 1);
    along[place(i)] = kNone;
    grids.push_back(broadcast_to(reshape(xs[i], along), shape));
  }
  return Tree::list(std::move(grids));
}
Tree Kron(const OpCall& c) {
  Tensor a = c.tensor("x1"), b = c.tensor("x2");
  while (a.rank() < b.rank()) a = expand_dims(a, 0);
  while (b.rank() < a.rank()) b = expand_dims(b, 0);
  Shape wide_a, wide_b, result;
  for (int i = 0; i < a.rank(); ++i) {
    wide_a = wide_a.concat({a.shape()[i], 1});
    wide_b = wide_b.concat({1, b.shape()[i]});
    result.push_back(times(a.shape()[i], b.shape()[i]));
  }
  return emit_alias(multiply(emit_alias(a, wide_a), emit_alias(b, wide_b)), result);
}
Tree Cross(const OpCall& c) {
  const auto axis = c.optional_integer("axis");
  return cross(c.tensor("x1"), c.tensor("x2"), axis.value_or(c.integer("axisa")),
               axis.value_or(c.integer("axisb")), axis.value_or(c.integer("axisc")));
}
Tree Correlate(const OpCall& c) {
  return correlate(c.operand("x1"), c.operand("x2"), c.string("mode"));
}
Tree Corrcoef(const OpCall& c) {
  const Operand x = c.operand("x");
  Tensor values = x.as(DType::kFloat32);
  if (values.rank() == 1) values = expand_dims(values, 0);
  values = subtract(values, mean(values, 1, true));
  const Tensor products = matmul(values, transpose(values));
  const Tensor deviations = sqrt(diagonal(products, 0, 0, 1));
  const Tensor y = divide(divide(products, expand_dims(deviations, 1)), expand_dims(deviations, 0));
  return cast(clip(x.shape().rank() == 1 ? squeeze(y) : y, -1.0, 1.0), float_of(x));
}

}  // namespace calls
}  // namespace keras::ops
