// New tensors, and what a tensor's shape alone says.
#include <algorithm>
#include <cmath>

#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras::ops {
namespace {

json::Value or_null(const std::optional<DType>& dtype) {
  return dtype ? json::Value(dtype_name(*dtype)) : json::Value();
}

// A constant of x's shape, whose dimensions the plan knows.
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

Shape shape_arg(const Tree& value) {
  Shape shape;
  const auto add = [&](const Tree& dim) {
    if (!dim.is_none() && dim.as_int() < 0) {
      raise_value_error(
          {"Cannot convert '", repr(value), "' to a shape. Negative dimensions are not allowed."});
    }
    shape.push_back(size_of(dim));
  };
  if (value.is_int()) {
    add(value);
  } else if (value.is_tensor()) {
    const Tensor& t = value.as_tensor();
    for (int64_t i = 0; i < t.size(); ++i) add(Tree(static_cast<int64_t>(t.item(i))));
  } else {
    for (const Tree& dim : value.items()) add(dim);
  }
  return shape;
}

DType dtype_arg(const OpCall& c, DType otherwise = DType::kFloat32) {
  const Tree& value = c.arg("dtype");
  if (value.is_none()) return otherwise;
  return value.as_string() == "float" ? DType::kFloat32 : canonical(parse_dtype(value.as_string()));
}

// Whether an argument that may be left out was given as a size that is not known yet.
bool is_unknown(const OpCall& c, std::string_view name) {
  return ShapesOnlyScope::active() && c.args().given(name) && !c.has(name);
}

int64_t size_arg(const OpCall& c, std::string_view name, int64_t otherwise) {
  if (is_unknown(c, name)) return kNone;
  return c.has(name) ? size_of(c.arg(name)) : otherwise;
}

int64_t int_arg(const OpCall& c, std::string_view name, int64_t otherwise) {
  return c.has(name) ? c.arg(name).as_int() : otherwise;
}

// A diagonal that a matrix does not have is as good as the one beside its last.
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

// Ones of the last two axes on and below (above) diagonal k.
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

// A window of n values, as float32.
template <class F>
Tensor window(const OpCall& c, const F& f) {
  const Operand x = c.operand("x");
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

// Modified Bessel function of order 0, by its power series.
double bessel_i0(double x) {
  double term = 1, sum = 1;
  for (int k = 1; k < 500 && term > 1e-17 * sum; ++k) {
    term *= (x / (2 * k)) * (x / (2 * k));
    sum += term;
  }
  return sum;
}

}  // namespace

Tensor zeros(const Shape& shape, DType dtype) { return full(shape, 0, dtype); }
Tensor ones(const Shape& shape, DType dtype) { return full(shape, 1, dtype); }

Tensor full(const Shape& shape, double fill_value, DType dtype) {
  if (!shape.is_fully_defined()) return Tensor::abstract(shape, dtype);
  return Tensor::full(shape, canonical(dtype), fill_value);
}

Tensor zeros_like(const Operand& x, std::optional<DType> dtype) {
  if (makes_node(x)) {
    return make_node("ZerosLike", {x.tree()}, {{"dtype", or_null(dtype)}}).as_tensor();
  }
  return constant_like(x, 0, dtype);
}

Tensor ones_like(const Operand& x, std::optional<DType> dtype) {
  if (makes_node(x)) {
    return make_node("OnesLike", {x.tree()}, {{"dtype", or_null(dtype)}}).as_tensor();
  }
  return constant_like(x, 1, dtype);
}

Tensor full_like(const Operand& x, const Operand& fill_value, std::optional<DType> dtype) {
  if (makes_node({&x, &fill_value})) {
    return make_node("FullLike", {x.tree(), fill_value.tree()}, {{"dtype", or_null(dtype)}})
        .as_tensor();
  }
  const DType wanted = dtype.value_or(x.type().dtype);
  if (!fill_value.is_tensor()) return constant_like(x, fill_value.number(), wanted);
  return broadcast_to(cast(fill_value, wanted), x.shape());
}

Tensor arange(double start, double stop, double step, DType dtype) {
  if (step == 0) raise_value_error({"arange: step must not be zero"});
  // What no memory has need not be an integer of 64 bits.
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

Tensor tril(const Operand& x, int64_t k) {
  if (makes_node(x)) return make_node("Tril", {x.tree()}, {{"k", k}}).as_tensor();
  return triangle(x, k, true);
}

Tensor triu(const Operand& x, int64_t k) {
  if (makes_node(x)) return make_node("Triu", {x.tree()}, {{"k", k}}).as_tensor();
  return triangle(x, k, false);
}

Tensor linspace(const Operand& start, const Operand& stop, int64_t num, bool endpoint,
                std::optional<DType> dtype, int64_t axis) {
  const DType result = dtype.value_or(float_of(promote(start, stop)));
  if (makes_node({&start, &stop})) {
    return make_node(
               "Linspace", {start.tree(), stop.tree()},
               {{"num", num}, {"endpoint", endpoint}, {"dtype", or_null(dtype)}, {"axis", axis}})
        .as_tensor();
  }
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

namespace calls {

Tree zeros(const OpCall& c) { return ops::zeros(shape_arg(c.arg("shape")), dtype_arg(c)); }
Tree ones(const OpCall& c) { return ops::ones(shape_arg(c.arg("shape")), dtype_arg(c)); }
Tree empty(const OpCall& c) { return zeros(c); }
Tree Full(const OpCall& c) {
  const Operand value = c.operand("fill_value");
  const DType dtype = c.dtype().value_or(DType::kFloat32);
  if (value.is_tensor()) return broadcast_to(cast(value, dtype), c.shape());
  return full(c.shape(), value.number(), dtype);
}
Tree ZerosLike(const OpCall& c) { return zeros_like(c.operand("x"), c.dtype()); }
Tree OnesLike(const OpCall& c) { return ones_like(c.operand("x"), c.dtype()); }
Tree EmptyLike(const OpCall& c) { return zeros_like(c.operand("x"), c.dtype()); }
Tree FullLike(const OpCall& c) {
  return full_like(c.operand("x"), c.operand("fill_value"), c.dtype());
}
Tree convert_to_numpy(const OpCall& c) {
  const Tensor x = c.tensor("x");
  if (!x.has_data()) raise_value_error({"A KerasTensor is symbolic: it has no values."});
  return Tree::Ndarray{x};
}
Tree Copy(const OpCall& c) { return c.tensor("x"); }
Tree Array(const OpCall& c) { return convert_to_tensor(c.operand("x"), c.dtype()); }
Tree arange(const OpCall& c) {
  DType dtype = DType::kBool;
  std::vector<double> values;
  bool is_known = c.has("start") && !is_unknown(c, "stop");
  for (const char* name : {"start", "stop", "step"}) {
    if (!c.has(name)) continue;
    const Operand value = c.operand(name);
    dtype = promote({dtype, true}, value.type());
    is_known = is_known && !(value.is_tensor() && value.tensor().is_abstract());
    if (is_known) values.push_back(value.is_tensor() ? value.tensor().item() : value.number());
  }
  dtype = dtype_arg(c, dtype == DType::kBool ? DType::kInt32 : dtype);
  if (!is_known && ShapesOnlyScope::active()) return Tensor::abstract({kNone}, dtype);
  if (!is_known) raise_type_error({"arange: start, stop and step must be numbers"});
  if (!c.has("stop")) return ops::arange(0, values[0], c.has("step") ? values[1] : 1, dtype);
  return ops::arange(values[0], values[1], values.size() > 2 ? values[2] : 1, dtype);
}
Tree eye(const OpCall& c) {
  const int64_t n = size_of(c.arg("N"));
  return ops::eye(n, size_arg(c, "M", n), int_arg(c, "k", 0), dtype_arg(c));
}
Tree identity(const OpCall& c) {
  return ops::eye(size_of(c.arg("n")), std::nullopt, 0, dtype_arg(c));
}
Tree tri(const OpCall& c) {
  const int64_t n = size_of(c.arg("N")), columns = size_arg(c, "M", n);
  const int64_t k = diagonal_within(int_arg(c, "k", 0), n, columns);
  return matrix_where(n, columns, dtype_arg(c), [k](int64_t i, int64_t j) { return j <= i + k; });
}
Tree Tril(const OpCall& c) { return tril(c.operand("x"), c.integer("k")); }
Tree Triu(const OpCall& c) { return triu(c.operand("x"), c.integer("k")); }
Tree Linspace(const OpCall& c) {
  const Operand start = c.operand("start"), stop = c.operand("stop");
  const int64_t num = c.size("num");
  const Tensor values =
      linspace(start, stop, num, c.flag("endpoint"), c.dtype(), c.integer("axis"));
  if (!c.flag("retstep")) return values;
  const int64_t steps = c.flag("endpoint") ? num - 1 : num;
  return Tree::tuple({values, divide(subtract(stop, start), static_cast<double>(steps))});
}
Tree Logspace(const OpCall& c) {
  const Tensor exponents = linspace(c.operand("start"), c.operand("stop"), c.size("num"),
                                    c.flag("endpoint"), std::nullopt, c.integer("axis"));
  const Tensor y = power(Operand(c.number("base")), exponents);
  return c.dtype() ? cast(y, *c.dtype()) : y;
}
Tree Geomspace(const OpCall& c) {
  const Tensor y = exp(linspace(log(c.operand("start")), log(c.operand("stop")), c.size("num"),
                                c.flag("endpoint"), std::nullopt, c.integer("axis")));
  return c.dtype() ? cast(y, *c.dtype()) : y;
}
Tree bartlett(const OpCall& c) {
  return window(c, [](double t) { return 1 - std::abs(2 * t - 1); });
}
Tree blackman(const OpCall& c) {
  return window(c, [](double t) {
    return 0.42 - 0.5 * std::cos(2 * kPi * t) + 0.08 * std::cos(4 * kPi * t);
  });
}
Tree hamming(const OpCall& c) {
  return window(c, [](double t) { return 0.54 - 0.46 * std::cos(2 * kPi * t); });
}
Tree hanning(const OpCall& c) {
  return window(c, [](double t) { return 0.5 - 0.5 * std::cos(2 * kPi * t); });
}
Tree kaiser(const OpCall& c) {
  const double beta = c.operand("beta").tensor().item();
  return window(c, [beta](double t) {
    const double centered = 2 * t - 1;
    return bessel_i0(beta * std::sqrt(1 - centered * centered)) / bessel_i0(beta);
  });
}
// What a shape says; a dimension may be None.
Tree shape(const OpCall& c) {
  Tree::Sequence dims;
  for (const int64_t dim : c.operand("x").shape())
    dims.push_back(dim == kNone ? Tree() : Tree(dim));
  return Tree::tuple(std::move(dims));
}
Tree dtype(const OpCall& c) { return std::string(dtype_name(c.operand("x").type().dtype)); }
Tree is_tensor(const OpCall& c) {
  return c.arg("x").is_tensor() && !is_keras_tensor(c.arg("x").as_tensor());
}
Tree Ndim(const OpCall& c) {
  const Shape x = c.operand("x").shape();
  return Tensor::scalar(x.rank(), DType::kInt32);
}
Tree Size(const OpCall& c) {
  const Shape x = c.operand("x").shape();
  if (!x.is_fully_defined()) return Tensor::abstract({}, DType::kInt32);
  return Tensor::scalar(static_cast<double>(x.size()), DType::kInt32);
}

}  // namespace calls
}  // namespace keras::ops
