// New tensors, and properties that depend only on shape and dtype.
#include <algorithm>
#include <cmath>

#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/numpy.h"
#include "ops/numpy/bessel.h"
#include "ops/table/tangent_rules.h"

namespace keras::ops {
namespace {

// A constant of x's shape.
Tensor constant_like(const Operand& x, double value, std::optional<DType> dtype) {
  const DType wanted = dtype.value_or(x.type().dtype);
  if (x.is_tensor() && x.tensor().is_abstract()) return Tensor::abstract(x.shape(), wanted);
  return Tensor::full(x.shape(), canonical(wanted), value);
}

int64_t not_negative(int64_t value, std::string_view name) {
  if (value < 0) {
    raise_value_error(
        {"`", name, "` must not be negative. Received: ", name, "=", std::to_string(value)});
  }
  return value;
}

// All diagonals outside the matrix are equivalent.
int64_t diagonal_within(int64_t k, int64_t rows, int64_t columns) {
  return std::clamp(k, -std::max<int64_t>(0, rows), std::max<int64_t>(0, columns));
}

// A matrix of ones and zeros.
template <class Predicate>
Tensor matrix_where(int64_t rows, int64_t columns, DType dtype, const Predicate& is_one) {
  const Shape shape{rows, columns};
  if (is_only_shape(shape)) return Tensor::abstract(shape, dtype);
  not_negative(rows, "N");
  not_negative(columns, "M");
  const Tensor y = Tensor::zeros(shape, DType::kFloat32);
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < columns; ++j) {
      if (is_one(i, j)) y.data<float>()[i * columns + j] = 1;
    }
  }
  return cast(y, dtype);
}

// Keeps the elements on and below (above) diagonal k of the last two axes.
Tensor triangle(const Operand& x, int64_t k, bool lower) {
  const Tensor tensor = x.tensor();
  if (tensor.rank() < 2) {
    raise_value_error({"Argument to jnp.tril must be at least 2D"});
  }
  const int64_t rows = tensor.shape()[tensor.rank() - 2], columns = tensor.shape().back();
  if (tensor.is_abstract()) return Tensor::abstract(tensor.shape(), tensor.dtype());
  const int64_t at = diagonal_within(k, rows, columns);
  const Tensor keep = matrix_where(rows, columns, DType::kBool, [&](int64_t i, int64_t j) {
    return lower ? j <= i + at : j >= i + at;
  });
  return where(keep, tensor, cast(Tensor::scalar(0), tensor.dtype()));
}

// A window of x values, as float32.
template <class F>
Tensor window(const Operand& x, const F& f) {
  const double size = x.is_tensor() ? x.tensor().item() : x.number();
  const int64_t n = not_negative(static_cast<int64_t>(std::clamp(size, -1., 1e18)), "x");
  const Tensor y = Tensor::allocate(Shape{n}, DType::kFloat32);
  for (int64_t i = 0; i < n; ++i) {
    const double phase = n > 1 ? static_cast<double>(i) / static_cast<double>(n - 1) : 0;
    y.data<float>()[i] = n > 1 ? static_cast<float>(f(phase)) : 1.f;
  }
  return y;
}

constexpr double kPi = 3.14159265358979323846;

DType dtype_or(std::optional<DType> dtype, DType otherwise) {
  return canonical(dtype.value_or(otherwise));
}

Tensor zeros_op(const Shape& shape, std::optional<DType> dtype) {
  return zeros(shape, dtype_or(dtype, DType::kFloat32));
}
Tensor ones_op(const Shape& shape, std::optional<DType> dtype) {
  return ones(shape, dtype_or(dtype, DType::kFloat32));
}

Tensor full_op(const Shape& shape, const Operand& fill_value, std::optional<DType> dtype) {
  const DType wanted = dtype.value_or(DType::kFloat32);
  if (fill_value.is_tensor()) return broadcast_to(cast(fill_value, wanted), shape);
  return full(shape, fill_value.number(), wanted);
}

Result<ValueType::kNdarray> convert_to_numpy(const Tensor& x) {
  if (!x.has_data()) raise_value_error({"A KerasTensor is symbolic: it has no values."});
  return {Tree::Ndarray{x}};
}

Tensor copy(const Tensor& x) { return x; }

Tensor arange_op(const std::optional<Operand>& start, const std::optional<Operand>& stop,
                 const std::optional<Operand>& step, std::optional<DType> dtype) {
  DType promoted = DType::kBool;
  std::vector<double> values;
  bool is_known = start.has_value();
  for (const auto& value : {start, stop, step}) {
    if (!value) continue;
    promoted = promote({promoted, true}, value->type());
    is_known = is_known && !(value->is_tensor() && value->tensor().is_abstract());
    if (is_known) values.push_back(value->is_tensor() ? value->tensor().item() : value->number());
  }
  const DType result = dtype_or(dtype, promoted == DType::kBool ? DType::kInt32 : promoted);
  if (!is_known && ShapesOnlyScope::active()) return Tensor::abstract({kNone}, result);
  if (!is_known) raise_type_error({"arange: start, stop and step must be numbers"});
  if (!stop) return arange(0, values[0], step ? values[1] : 1, result);
  return arange(values[0], values[1], values.size() > 2 ? values[2] : 1, result);
}

Tensor eye_op(Size rows, std::optional<Size> columns, std::optional<int64_t> k,
              std::optional<DType> dtype) {
  return eye(rows, columns.value_or(rows), k.value_or(0), dtype_or(dtype, DType::kFloat32));
}

Tensor identity(Size n, std::optional<DType> dtype) { return eye_op(n, {}, {}, dtype); }

Tensor tri(Size rows, std::optional<Size> given_columns, std::optional<int64_t> k,
           std::optional<DType> dtype) {
  const int64_t columns = given_columns.value_or(rows);
  const int64_t at = diagonal_within(k.value_or(0), rows, columns);
  return matrix_where(rows, columns, dtype_or(dtype, DType::kFloat32),
                      [at](int64_t i, int64_t j) { return j <= i + at; });
}

Result<ValueType::kTensor> linspace_op(const Operand& start, const Operand& stop, Size num,
                                       bool endpoint, bool retstep, std::optional<DType> dtype,
                                       int64_t axis) {
  const Tensor values = linspace(start, stop, num, endpoint, dtype, axis);
  if (!retstep) return {values};
  const int64_t steps = endpoint ? num - 1 : num.value;
  return {Tree::tuple({values, divide(subtract(stop, start), static_cast<double>(steps))})};
}

Tensor logspace(const Operand& start, const Operand& stop, Size num, bool endpoint, double base,
                std::optional<DType> dtype, int64_t axis) {
  const Tensor y = power(base, linspace(start, stop, num, endpoint, {}, axis));
  return dtype ? cast(y, *dtype) : y;
}

Tensor geomspace(const Operand& start, const Operand& stop, Size num, bool endpoint,
                 std::optional<DType> dtype, int64_t axis) {
  const Tensor y = exp(linspace(log(start), log(stop), num, endpoint, {}, axis));
  return dtype ? cast(y, *dtype) : y;
}

Tensor bartlett(const Operand& x) {
  return window(x, [](double t) { return 1 - std::abs(2 * t - 1); });
}

Tensor blackman(const Operand& x) {
  return window(x, [](double t) {
    return 0.42 - 0.5 * std::cos(2 * kPi * t) + 0.08 * std::cos(4 * kPi * t);
  });
}

Tensor hamming(const Operand& x) {
  return window(x, [](double t) { return 0.54 - 0.46 * std::cos(2 * kPi * t); });
}

Tensor hanning(const Operand& x) {
  return window(x, [](double t) { return 0.5 - 0.5 * std::cos(2 * kPi * t); });
}

Tensor kaiser(const Operand& x, const Tensor& given_beta) {
  const double beta = given_beta.item();
  return window(x, [beta](double t) {
    const double centered = 2 * t - 1;
    return bessel_i0(beta * std::sqrt(1 - centered * centered)) / bessel_i0(beta);
  });
}

Shape shape_op(const Operand& x) { return x.shape(); }
std::string dtype_op(const Operand& x) { return std::string(dtype_name(x.type().dtype)); }
bool is_tensor(const Tree& x) { return x.is_tensor() && !is_keras_tensor(x.as_tensor()); }

Tensor ndim(const Operand& x) { return Tensor::scalar(x.shape().rank(), DType::kInt32); }

Tensor size(const Operand& x) {
  const Shape shape = x.shape();
  if (!shape.is_fully_defined()) return Tensor::abstract({}, DType::kInt32);
  return Tensor::scalar(static_cast<double>(shape.size()), DType::kInt32);
}

}  // namespace

KERAS_FUNCTION(zeros, zeros_op, "shape, dtype=None")
KERAS_FUNCTION(ones, ones_op, "shape, dtype=None")
KERAS_FUNCTION(empty, zeros_op, "shape, dtype=None")
KERAS_OP("ops.numpy", Full, full_op, ".shape, fill_value, .dtype=None")
KERAS_OP("ops.numpy", EmptyLike, zeros_like, "x, .dtype=None")
KERAS_FUNCTION(convert_to_numpy, convert_to_numpy, "x")
KERAS_OP("ops.numpy", Copy, copy, "x")
KERAS_OP("ops.numpy", Array, convert_to_tensor, "x, .dtype=None")
KERAS_FUNCTION(arange, arange_op, "start, stop=None, step=None, dtype=None")
KERAS_FUNCTION(eye, eye_op, "N, M=None, k=0, dtype=None")
KERAS_FUNCTION(identity, identity, "n, dtype=None")
KERAS_FUNCTION(tri, tri, "N, M=None, k=0, dtype=None")
KERAS_OP("ops.numpy", Linspace, linspace_op,
         "start, stop, .num=50, .endpoint=True, .retstep=False, .dtype=None, .axis=0")
KERAS_OP("ops.numpy", Logspace, logspace,
         "start, stop, .num=50, .endpoint=True, .base=10, .dtype=None, .axis=0")
KERAS_OP("ops.numpy", Geomspace, geomspace,
         "start, stop, .num=50, .endpoint=True, .dtype=None, .axis=0")
KERAS_FUNCTION(bartlett, bartlett, "x")
KERAS_FUNCTION(blackman, blackman, "x")
KERAS_FUNCTION(hamming, hamming, "x")
KERAS_FUNCTION(hanning, hanning, "x")
KERAS_FUNCTION(kaiser, kaiser, "x, beta")
KERAS_FUNCTION(shape, shape_op, "x")
KERAS_FUNCTION(dtype, dtype_op, "x")
KERAS_FUNCTION(is_tensor, is_tensor, "x")
KERAS_OP("ops.numpy", Ndim, ndim, "x")
KERAS_OP("ops.numpy", Size, size, "x")

Tensor zeros(const Shape& shape, DType dtype) { return full(shape, 0, dtype); }
Tensor ones(const Shape& shape, DType dtype) { return full(shape, 1, dtype); }

Tensor full(const Shape& shape, double fill_value, DType dtype) {
  if (!shape.is_fully_defined()) return Tensor::abstract(shape, dtype);
  return Tensor::full(shape, canonical(dtype), fill_value);
}

KERAS_OP("ops.numpy", ZerosLike, zeros_like, "x, .dtype=None")
Tensor zeros_like(const Operand& x, std::optional<DType> dtype) {
  if (makes_node(rows::ZerosLike, x)) return make_node(rows::ZerosLike, {x, dtype});
  return constant_like(x, 0, dtype);
}

KERAS_OP("ops.numpy", OnesLike, ones_like, "x, .dtype=None")
Tensor ones_like(const Operand& x, std::optional<DType> dtype) {
  if (makes_node(rows::OnesLike, x)) return make_node(rows::OnesLike, {x, dtype});
  return constant_like(x, 1, dtype);
}

KERAS_OP("ops.numpy", FullLike, full_like, "x, fill_value, .dtype=None")
Tensor full_like(const Operand& x, const Operand& fill_value, std::optional<DType> dtype) {
  if (makes_node(rows::FullLike, {&x, &fill_value}))
    return make_node(rows::FullLike, {x, fill_value, dtype});
  const DType wanted = dtype.value_or(x.type().dtype);
  if (!fill_value.is_tensor()) return constant_like(x, fill_value.number(), wanted);
  return broadcast_to(cast(fill_value, wanted), x.shape());
}

Tensor arange(double start, double stop, double step, DType dtype) {
  if (step == 0) raise_value_error({"arange: step must not be zero"});
  // Clamped, so that it fits 64 bits; allocation fails for such sizes.
  const double count = std::clamp(std::ceil((stop - start) / step), 0., 1e18);
  if (std::isnan(count)) raise_value_error({"arange: cannot compute length"});
  const int64_t n = static_cast<int64_t>(count);
  if (n == 0 && ShapesOnlyScope::active()) return Tensor::abstract({kNone}, dtype);
  const Tensor y = Tensor::allocate(Shape{n}, DType::kFloat64);
  for (int64_t i = 0; i < n; ++i) y.data<double>()[i] = start + static_cast<double>(i) * step;
  return cast(y, dtype);
}

Tensor eye(int64_t n, std::optional<int64_t> m, int64_t k, DType dtype) {
  const int64_t columns = m.value_or(n), at = diagonal_within(k, n, columns);
  return matrix_where(n, columns, dtype, [at](int64_t i, int64_t j) { return j == i + at; });
}

KERAS_OP("ops.numpy", Tril, tril, "x, .k=0")
Tensor tril(const Operand& x, int64_t k) {
  if (makes_node(rows::Tril, x)) return make_node(rows::Tril, {x, k});
  return triangle(x, k, true);
}

KERAS_OP("ops.numpy", Triu, triu, "x, .k=0")
Tensor triu(const Operand& x, int64_t k) {
  if (makes_node(rows::Triu, x)) return make_node(rows::Triu, {x, k});
  return triangle(x, k, false);
}

Tensor linspace(const Operand& start, const Operand& stop, int64_t num, bool endpoint,
                std::optional<DType> dtype, int64_t axis) {
  const DType result = dtype.value_or(float_of(promote(start, stop)));
  if (makes_node(rows::Linspace, {&start, &stop}))
    return make_node(rows::Linspace, {start, stop, num, endpoint, false, dtype, axis});
  // start * (1 - t) + stop * t, as JAX; the last value is the stop itself.
  const Shape shape = broadcast_shapes(start.shape(), stop.shape());
  const int at = normalize_axis(axis, shape.rank() + 1);
  if (is_only_shape({num})) {
    return Tensor::abstract(shape.slice(0, at).concat({num}).concat(shape.slice(at)), result);
  }
  const int64_t steps = endpoint ? not_negative(num, "num") - 1 : not_negative(num, "num");
  Tensor t = Tensor::allocate(Shape{num}, DType::kFloat32);
  for (int64_t i = 0; i < num; ++i) {
    t.data<float>()[i] = steps > 0 ? static_cast<float>(i) / static_cast<float>(steps) : 0.f;
  }
  std::vector<int64_t> along(static_cast<size_t>(shape.rank() + 1), 1);
  along[static_cast<size_t>(at)] = num;
  t = reshape(t, along);
  const Tensor from = expand_dims(broadcast_to(start.as(DType::kFloat32), shape), at);
  const Tensor to = expand_dims(broadcast_to(stop.as(DType::kFloat32), shape), at);
  const Tensor y = add(multiply(from, subtract(1, t)), multiply(to, t));
  return cast(is_integer(result) ? floor(y) : y, result);
}

}  // namespace keras::ops
