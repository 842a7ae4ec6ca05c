// Diagonals, differences and products that are composed of other operations.
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

// The diagonals of two axes, as the last axis.
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
  // In the flat matrix the diagonal is every (columns + 1)th element.
  const Tensor flat = emit_alias(moved, outer.concat({rows * columns}));
  const int64_t first = offset > 0 ? offset : -offset * columns;
  std::vector<int32_t> positions;
  for (int64_t i = 0; i < n; ++i)
    positions.push_back(static_cast<int32_t>(first + i * (columns + 1)));
  return take(flat, Tensor::from(std::span<const int32_t>(positions), Shape{n}), -1);
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

Tensor cross_product(const Tensor& x1, const Tensor& x2, int64_t axisa, int64_t axisb,
                     int64_t axisc) {
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
  // The third component of a vector with two is 0.
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
  // NumPy slides the shorter one and reverses the result when the first is shorter.
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

Tensor trace(const Tensor& x, int64_t offset, int64_t axis1, int64_t axis2) {
  return sum(diagonal(x, offset, axis1, axis2), -1);
}

Tensor diag(const Tensor& x, int64_t k) {
  if (x.rank() == 1) return diagonal_matrix(x, k);
  if (x.rank() == 2) return diagonal(x, k, 0, 1);
  raise_value_error({"`x` must be 1-D or 2-D, but received shape ", repr(x.shape()), "."});
}

Tensor diagflat(const Operand& x, int64_t k) { return diagonal_matrix(ravel(x), k); }

Tensor diff(const Tensor& a, int64_t n, int64_t given_axis) {
  const int axis = normalize_axis(given_axis, a.rank());
  if (n < 0) raise_value_error({"order must be non-negative but got ", std::to_string(n)});
  // As many differences as elements leave nothing; an unknown number of elements leaves some.
  const int64_t length = a.shape()[axis];
  const int64_t rounds = std::min<int64_t>(n, length == kNone ? 1 : length);
  Tensor x = a;
  for (int64_t i = 0; i < rounds; ++i) x = difference(x, axis);
  return x;
}

Tensor trapezoid(const Tensor& given_y, const Tensor& given_x, double dx, int64_t axis) {
  const DType dtype = float_of(given_y.dtype());
  const Tensor y = moveaxis(cast(given_y, dtype), axis, -1);
  const Tensor heights = add(part(y, y.rank() - 1, 1, Tree()), part(y, y.rank() - 1, Tree(), -1));
  if (!given_x) return multiply(sum(heights, -1), 0.5 * dx);
  Tensor x = cast(given_x, dtype);
  if (x.rank() > 1) x = moveaxis(x, axis, -1);
  return multiply(sum(multiply(difference(x, x.rank() - 1), heights), -1), 0.5);
}

Tensor vander(const Tensor& x, std::optional<int64_t> columns, bool increasing) {
  const int64_t n = columns.value_or(x.shape()[0]);
  if (n < kNone || (n == kNone && columns)) raise_value_error({"N must be nonnegative"});
  if (n == kNone) return Tensor::abstract(Shape{x.shape()[0], kNone}, x.dtype());
  const Tensor exponents =
      increasing ? arange(0, static_cast<double>(n)) : arange(static_cast<double>(n) - 1, -1, -1);
  return power(expand_dims(x, 1), cast(exponents, x.dtype()));
}

std::vector<Tensor> meshgrid(std::vector<Tensor> xs, const std::string& indexing) {
  for (Tensor& x : xs) x = ravel(x);
  const bool swap = indexing == "xy" && xs.size() > 1;
  const auto axis = [&](size_t i) { return swap && i < 2 ? 1 - i : i; };
  Shape shape(std::vector<int64_t>(xs.size(), 1));
  for (size_t i = 0; i < xs.size(); ++i) shape[static_cast<int>(axis(i))] = xs[i].shape()[0];
  std::vector<Tensor> grids;
  for (size_t i = 0; i < xs.size(); ++i) {
    std::vector<int64_t> along(xs.size(), 1);
    along[axis(i)] = kNone;
    grids.push_back(broadcast_to(reshape(xs[i], along), shape));
  }
  return grids;
}

Tensor kron(Tensor a, Tensor b) {
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

Tensor cross(const Tensor& x1, const Tensor& x2, int64_t axisa, int64_t axisb, int64_t axisc,
             std::optional<int64_t> axis) {
  return cross_product(x1, x2, axis.value_or(axisa), axis.value_or(axisb), axis.value_or(axisc));
}

Tensor corrcoef(const Operand& x) {
  Tensor values = x.as(DType::kFloat32);
  if (values.rank() == 1) values = expand_dims(values, 0);
  values = subtract(values, mean(values, 1, true));
  const Tensor products = matmul(values, transpose(values));
  const Tensor deviations = sqrt(diagonal(products, 0, 0, 1));
  const Tensor y = divide(divide(products, expand_dims(deviations, 1)), expand_dims(deviations, 0));
  return cast(clip(x.shape().rank() == 1 ? squeeze(y) : y, -1.0, 1.0), float_of(x));
}

}  // namespace

KERAS_OP("ops.numpy", Diagonal, diagonal, "x, .offset=0, .axis1=0, .axis2=1")
KERAS_OP("ops.numpy", Trace, trace, "x, .offset=0, .axis1=0, .axis2=1")
KERAS_OP("ops.numpy", Diag, diag, "x, .k=0")
KERAS_OP("ops.numpy", Diagflat, diagflat, "x, .k=0")
KERAS_OP("ops.numpy", Diff, diff, "a, .n=1, .axis=-1")
KERAS_OP("ops.numpy", Trapezoid, trapezoid, "y, .x=None, .dx=1.0, .axis=-1")
KERAS_OP("ops.numpy", Vander, vander, "x, .N=None, .increasing=False")
KERAS_OP("ops.numpy", Meshgrid, meshgrid, "*x, .indexing='xy'")
KERAS_OP("ops.numpy", Kron, kron, "x1, x2")
KERAS_OP("ops.numpy", Cross, cross, "x1, x2, .axisa=-1, .axisb=-1, .axisc=-1, .axis=None")
KERAS_OP("ops.numpy", Correlate, correlate, "x1, x2, .mode='valid'")
KERAS_OP("ops.numpy", Corrcoef, corrcoef, "x")

}  // namespace keras::ops
