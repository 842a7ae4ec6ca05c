// keras.ops.linalg on stacks of matrices.
#include <algorithm>
#include <cmath>
#include <complex>
#include <cstring>
#include <limits>

#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/linalg/decompositions.h"
#include "ops/linalg/dense.h"
#include "ops/math.h"
#include "ops/numpy.h"

namespace keras::ops {
namespace {

using dense::FloatMatrix;
using dense::Matrix;

Matrix read(const float* from, int64_t rows, int64_t columns) {
  Matrix m(rows, columns);
  std::copy(from, from + rows * columns, m.values.begin());
  return m;
}

template <class T>
void write(const std::vector<T>& values, View out, int64_t matrix) {
  float* to = out.as<float>() + matrix * static_cast<int64_t>(values.size());
  std::transform(values.begin(), values.end(), to, [](T v) { return static_cast<float>(v); });
}
template <class T>
void write(const dense::MatrixOf<T>& m, View out, int64_t matrix) {
  write(m.values, out, matrix);
}

// The same numbers: matrices are read from float32.
FloatMatrix as_float(const Matrix& m) {
  FloatMatrix result(m.rows, m.columns);
  std::transform(m.values.begin(), m.values.end(), result.values.begin(),
                 [](double v) { return static_cast<float>(v); });
  return result;
}

void write_complex(const std::vector<std::complex<float>>& values, View out, int64_t matrix) {
  const size_t bytes = values.size() * sizeof(std::complex<float>);
  std::memcpy(static_cast<std::byte*>(out.data) + static_cast<size_t>(matrix) * bytes,
              values.data(), bytes);
}

void check_rank(const Tensor& x) {
  if (x.rank() < 2) {
    raise_value_error(
        {"Expected input to have rank >= 2. Received input with shape ", repr(x.shape()), "."});
  }
}

void check_square(const Tensor& x) {
  check_rank(x);
  const int64_t rows = x.shape()[x.rank() - 2], columns = x.shape().back();
  if (rows != columns && rows != kNone && columns != kNone) {
    raise_value_error({"Input tensor must be square. Received: shape=", repr(x.shape())});
  }
}

Shape batch_of(const Tensor& x) { return x.shape().slice(0, x.rank() - 2); }
int64_t rows_of(const Tensor& x) { return x.shape()[x.rank() - 2]; }
int64_t columns_of(const Tensor& x) { return x.shape().back(); }

// Calls f(matrix, outputs, index) for each matrix of the stack. Result shapes follow the batch
// axes.
template <class F>
std::vector<Tensor> each_matrix(std::string_view name, const Tensor& x,
                                const std::vector<Spec>& tails, const F& f) {
  check_rank(x);
  const Tensor values = cast(x, DType::kFloat32);
  std::vector<Spec> specs;
  for (const Spec& tail : tails) specs.push_back({batch_of(x).concat(tail.shape), tail.dtype});
  return emit(std::span(&values, 1), specs, [&] {
    return function_step(name, [f, n = batch_of(x).size(), rows = rows_of(x),
                                columns = columns_of(x)](auto in, auto out, auto*) {
      for (int64_t i = 0; i < n; ++i) {
        f(read(in[0].template as<float>() + i * rows * columns, rows, columns), out, i);
      }
    });
  });
}

template <class F>
Tensor one_result(std::string_view name, const Tensor& x, const Shape& tail, const F& f) {
  const auto results = each_matrix(name, x, {{tail, DType::kFloat32}},
                                   [f](const Matrix& m, std::span<const runtime::View> out,
                                       int64_t i) { write(f(m), out[0], i); });
  return cast(results[0], float_of(x.dtype()));
}

struct SignLog {
  double sign, log;
};
SignLog sign_and_log(const Matrix& m) {
  const dense::Lu lu = dense::lu(m);
  SignLog result{static_cast<double>(lu.sign), 0};
  for (int64_t i = 0; i < m.rows; ++i) {
    const double pivot = lu.factors(i, i);
    if (pivot < 0) result.sign = -result.sign;
    if (pivot == 0) result.sign = 0;
    result.log += std::log(std::abs(pivot));
  }
  return result;
}

TensorTuple slogdet(const Tensor& x) {
  check_square(x);
  return {each_matrix("slogdet", x, {{{}, DType::kFloat32}, {{}, DType::kFloat32}},
                      [](const Matrix& m, std::span<const runtime::View> out, int64_t i) {
                        const SignLog result = sign_and_log(m);
                        write(std::vector<double>{result.sign}, out[0], i);
                        write(std::vector<double>{result.log}, out[1], i);
                      })};
}

// V diag(1 / s) U' without small singular values.
Matrix pseudo_inverse(const Matrix& m, double rcond) {
  const dense::Svd svd = dense::svd(m);
  const double least = svd.s.empty() ? 0 : rcond * svd.s.front();
  Matrix scaled = svd.vt.transposed();
  for (size_t j = 0; j < svd.s.size(); ++j) {
    const double factor = svd.s[j] > least ? 1 / svd.s[j] : 0;
    for (int64_t i = 0; i < scaled.rows; ++i) scaled(i, static_cast<int64_t>(j)) *= factor;
  }
  return dense::multiply(scaled, svd.u.transposed());
}

constexpr double kEpsilon = std::numeric_limits<float>::epsilon();

// a x = b for each pair of matrices; b may be a vector.
template <class F>
Tensor solve_with(std::string_view name, const Tensor& a, const Tensor& b, const F& f) {
  check_rank(a);
  const bool vector = b.rank() == a.rank() - 1;
  const Tensor right = vector ? expand_dims(b, -1) : b;
  const DType dtype = float_of(promote({a.dtype()}, {b.dtype()}));
  const int64_t width = columns_of(right);
  const Shape expected = batch_of(a).concat({rows_of(a), width});
  const Shape shape = batch_of(a).concat({columns_of(a), width});
  const Tensor y = emit(
      {cast(a, DType::kFloat32), cast(right, DType::kFloat32)}, Spec{shape, DType::kFloat32}, [&] {
        return function_step(
            name,
            [f, n = batch_of(a).size(), rows = rows_of(a), columns = columns_of(a), width](
                auto in, auto out, auto*) {
              for (int64_t i = 0; i < n; ++i) {
                const Matrix left =
                    read(in[0].template as<float>() + i * rows * columns, rows, columns);
                write(f(left, read(in[1].template as<float>() + i * rows * width, rows, width)),
                      out[0], i);
              }
            },
            {.operands = {{"a", a.shape()}, {"b", expected}}});
      });
  return cast(vector ? squeeze(y, -1) : y, dtype);
}

Matrix lower_or_upper(const Matrix& l, bool upper) { return upper ? l.transposed() : l; }

Tensor cholesky(const Tensor& x, bool upper) {
  check_square(x);
  const Tensor y = one_result("cholesky", x, {rows_of(x), rows_of(x)}, [upper](const Matrix& m) {
    return lower_or_upper(dense::cholesky(m), upper);
  });
  if (y.has_data()) {
    for (int64_t i = 0; i < y.size(); ++i) {
      if (std::isnan(y.item(i))) {
        raise_value_error(
            {"Cholesky decomposition failed. The input might not be a valid positive "
             "definite matrix."});
      }
    }
  }
  return y;
}

Tensor cholesky_inverse(const Tensor& x, bool upper) {
  check_square(x);
  return one_result("cholesky_inverse", x, {rows_of(x), rows_of(x)}, [upper](const Matrix& m) {
    const Matrix inverse = dense::solve_triangular(m, Matrix::identity(m.rows), !upper);
    return upper ? dense::multiply(inverse, inverse.transposed())
                 : dense::multiply(inverse.transposed(), inverse);
  });
}

Tensor det(const Tensor& x) {
  check_square(x);
  return one_result("det", x, {}, [](const Matrix& m) {
    const dense::Lu lu = dense::lu(m);
    double product = lu.sign;
    for (int64_t i = 0; i < m.rows; ++i) product *= lu.factors(i, i);
    return std::vector<double>{product};
  });
}

Tensor logdet(const Tensor& x) { return slogdet(x).tensors[1]; }

Tensor inv(const Tensor& x) {
  check_square(x);
  return one_result("inv", x, {rows_of(x), rows_of(x)}, [](const Matrix& m) {
    return dense::solve(dense::lu(m), Matrix::identity(m.rows));
  });
}

Tensor pinv(const Tensor& x, std::optional<double> given_rcond) {
  check_rank(x);
  const double largest = static_cast<double>(std::max(rows_of(x), columns_of(x)));
  const double rcond = given_rcond.value_or(10 * largest * kEpsilon);
  return one_result("pinv", x, {columns_of(x), rows_of(x)},
                    [rcond](const Matrix& m) { return pseudo_inverse(m, rcond); });
}

Tensor matrix_rank(const Tensor& x, std::optional<double> tol) {
  return each_matrix("matrix_rank", x, {{{}, DType::kInt32}},
                     [tol](const Matrix& m, std::span<const runtime::View> out, int64_t i) {
                       const auto s = dense::svd(m).s;
                       const double largest = static_cast<double>(std::max(m.rows, m.columns));
                       const double least =
                           tol.value_or(s.empty() ? 0 : s.front() * largest * kEpsilon);
                       out[0].as<int32_t>()[i] = static_cast<int32_t>(
                           std::count_if(s.begin(), s.end(), [&](double v) { return v > least; }));
                     })
      .front();
}

Tensor solve(const Tensor& a, const Tensor& b) {
  check_square(a);
  return solve_with("solve", a, b, [](const Matrix& m, Matrix right) {
    return dense::solve(dense::lu(m), std::move(right));
  });
}

Tensor solve_triangular(const Tensor& a, const Tensor& b, bool lower) {
  check_square(a);
  return solve_with("solve_triangular", a, b, [lower](const Matrix& m, Matrix right) {
    return dense::solve_triangular(m, std::move(right), lower);
  });
}

Tensor lstsq(const Tensor& a, const Tensor& b, std::optional<double> given_rcond) {
  check_rank(a);
  const double largest = static_cast<double>(std::max(rows_of(a), columns_of(a)));
  const double rcond = given_rcond.value_or(largest * kEpsilon);
  return solve_with("lstsq", a, b, [rcond](const Matrix& m, const Matrix& right) {
    return dense::multiply(pseudo_inverse(m, rcond), right);
  });
}

TensorTuple lu_factor(const Tensor& x) {
  check_rank(x);
  const int64_t n = std::min(rows_of(x), columns_of(x));
  return {each_matrix(
      "lu_factor", x, {{{rows_of(x), columns_of(x)}, DType::kFloat32}, {{n}, DType::kInt32}},
      [](const Matrix& m, std::span<const runtime::View> out, int64_t i) {
        const dense::Lu lu = dense::lu(m);
        write(lu.factors, out[0], i);
        std::copy(lu.pivots.begin(), lu.pivots.end(),
                  out[1].as<int32_t>() + i * static_cast<int64_t>(lu.pivots.size()));
      })};
}

TensorTuple eigh(const Tensor& x) {
  check_square(x);
  const int64_t n = rows_of(x);
  return {each_matrix("eigh", x, {{{n}, DType::kFloat32}, {{n, n}, DType::kFloat32}},
                      [](Matrix m, std::span<const runtime::View> out, int64_t i) {
                        // Uses the symmetric part only.
                        const Matrix t = m.transposed();
                        for (size_t k = 0; k < m.values.size(); ++k) {
                          m.values[k] = (m.values[k] + t.values[k]) / 2;
                        }
                        const auto eigen = dense::symmetric_eigen(as_float(m));
                        write(eigen.values, out[0], i);
                        write(eigen.vectors, out[1], i);
                      })};
}

// Complex, even if all eigenvalues are real.
TensorTuple eig(const Tensor& x) {
  check_square(x);
  const int64_t n = rows_of(x);
  return {each_matrix("eig", x, {{{n}, DType::kComplex64}, {{n, n}, DType::kComplex64}},
                      [](const Matrix& m, std::span<const runtime::View> out, int64_t i) {
                        const auto eigen = dense::general_eigen(as_float(m));
                        write_complex(eigen.values, out[0], i);
                        write_complex(eigen.vectors.values, out[1], i);
                      })};
}

// Returns only the singular values without compute_uv.
Result<ValueType::kTensors> svd(const Tensor& x, bool full, bool compute_uv) {
  check_rank(x);
  const int64_t rows = rows_of(x), columns = columns_of(x), k = std::min(rows, columns);
  const auto results =
      each_matrix("svd", x,
                  {{{rows, full ? rows : k}, DType::kFloat32},
                   {{k}, DType::kFloat32},
                   {{full ? columns : k, columns}, DType::kFloat32}},
                  [full](const Matrix& m, std::span<const runtime::View> out, int64_t i) {
                    const auto parts = dense::lapack_svd(as_float(m), full);
                    write(parts.u, out[0], i);
                    write(parts.s, out[1], i);
                    write(parts.vt, out[2], i);
                  });
  if (!compute_uv) return {results[1]};
  return {Tree::tuple({results[0], results[1], results[2]})};
}

}  // namespace

KERAS_OP("ops.linalg", Cholesky, cholesky, "x, .upper=False")
KERAS_OP("ops.linalg", CholeskyInverse, cholesky_inverse, "x, .upper=False")
KERAS_OP("ops.linalg", Det, det, "x")
KERAS_OP("ops.numpy", Slogdet, slogdet, "x")
KERAS_OP("ops.math", Logdet, logdet, "x")
KERAS_OP("ops.linalg", Inv, inv, "x")
KERAS_OP("ops.linalg", Pinv, pinv, "x, .rcond=None")
KERAS_OP("ops.linalg", MatrixRank, matrix_rank, "x, .tol=None")
KERAS_OP("ops.linalg", Solve, solve, "a, b")
KERAS_OP("ops.linalg", SolveTriangular, solve_triangular, "a, b, .lower=False")
KERAS_OP("ops.linalg", Lstsq, lstsq, "a, b, .rcond=None")
KERAS_OP("ops.linalg", LuFactor, lu_factor, "x")
KERAS_OP("ops.linalg", Eig, eig, "x")
KERAS_OP("ops.linalg", Eigh, eigh, "x")
KERAS_OP("ops.linalg", SVD, svd, "x, .full_matrices=True, .compute_uv=True")

Tensor singular_values(const Tensor& x) {
  check_rank(x);
  const Shape tail{std::min(rows_of(x), columns_of(x))};
  return one_result("singular_values", x, tail, [](const Matrix& m) { return dense::svd(m).s; });
}

}  // namespace keras::ops
