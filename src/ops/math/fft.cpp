// Discrete Fourier transforms; complex tensors are pairs of their real and imaginary parts
// (keras/src/backend/jax/math.py).
#include "kernels/fft.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <memory>
#include <numbers>

#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/math.h"
#include "ops/numpy.h"
#include "ops/table/tangent_rules.h"

namespace keras::ops {
namespace {

constexpr double kPi = std::numbers::pi;

struct Pair {
  Tensor real, imag;
};

// The argument of the operations on complex numbers.
using PairArgument = Unread<ValueType::kTensors>;

Pair pair_of(const PairArgument& given) {
  const Tree& value = given.value;
  if (!value.is_sequence() || value.items().size() != 2) {
    raise_value_error(
        {"Input `x` should be a tuple of two tensors - real and imaginary."
         "Received: x=",
         repr(value)});
  }
  const Pair x{value.items()[0].as_tensor(), value.items()[1].as_tensor()};
  if (x.real.shape() != x.imag.shape()) {
    raise_value_error(
        {"Input `x` should be a tuple of two tensors - real and imaginary."
         "Both the real and imaginary parts should have the same shape. Received: "
         "x[0].shape = ",
         repr(x.real.shape()), ", x[1].shape = ", repr(x.imag.shape())});
  }
  if (!is_float(x.real.dtype()) || !is_float(x.imag.dtype())) {
    raise_value_error({"At least one tensor in input `x` is not of type float."});
  }
  return x;
}

TensorTuple tuple(const Pair& x) { return {{x.real, x.imag}}; }

// Along the last axis.
Pair fft(const Pair& x, bool inverse) {
  const Shape& shape = x.real.shape();
  const std::vector<Tensor> inputs{cast(x.real, DType::kFloat32), cast(x.imag, DType::kFloat32)};
  const std::vector<Spec> specs(2, Spec{shape, DType::kFloat32});
  const auto results = emit(inputs, specs, [&] {
    const int64_t n = shape.back();
    const auto transform = std::make_shared<const kernels::FourierTransform>(n, inverse);
    return function_step(
        "fft", [transform, n, inverse, total = inputs[0].size()](auto in, auto out, auto*) {
          std::vector<std::complex<double>> row(static_cast<size_t>(n)), scratch(row.size());
          const double scale = inverse ? 1 / static_cast<double>(n) : 1;
          const float *real = in[0].template as<float>(), *imag = in[1].template as<float>();
          float *to_real = out[0].template as<float>(), *to_imag = out[1].template as<float>();
          for (int64_t start = 0; start < total; start += n) {
            for (size_t i = 0; i < row.size(); ++i) row[i] = {*real++, *imag++};
            (*transform)(row.data(), scratch.data());
            for (const std::complex<double>& value : row) {
              *to_real++ = static_cast<float>(value.real() * scale);
              *to_imag++ = static_cast<float>(value.imag() * scale);
            }
          }
        });
  });
  return {results[0], results[1]};
}

Pair swapped(const Pair& x) { return {swapaxes(x.real, -2, -1), swapaxes(x.imag, -2, -1)}; }
Pair fft2(const Pair& x, bool inverse) { return swapped(fft(swapped(fft(x, inverse)), inverse)); }

// Truncates the last axis or pads it with zeros.
Tensor with_length(const Tensor& x, int64_t n) {
  const int64_t length = x.shape().back();
  if (length == kNone) return Tensor::abstract(x.shape().with_last(n), x.dtype());
  if (length > n) {
    return get_item(x, Tree::tuple({Tree::Ellipsis(), Tree::Slice{Tree(), n, Tree()}}));
  }
  std::vector<PadWidth> widths(static_cast<size_t>(x.rank()));
  widths.back().after = n - length;
  return pad(x, widths);
}

Pair rfft(const Tensor& x, std::optional<int64_t> fft_length) {
  const int64_t n = fft_length.value_or(x.shape().back());
  const int64_t bins = n == kNone ? kNone : n / 2 + 1;
  if (n == kNone) {
    const Tensor part = Tensor::abstract(x.shape().with_last(kNone), x.dtype());
    return {part, part};
  }
  const Tensor real = with_length(x, n);
  const Pair full = fft({real, zeros_like(real)}, false);
  return {with_length(full.real, bins), with_length(full.imag, bins)};
}

// The inverse of rfft.
Tensor irfft(const Pair& x, std::optional<int64_t> fft_length) {
  const int64_t given = x.real.shape().back();
  const int64_t n = fft_length.value_or(given == kNone ? kNone : 2 * (given - 1));
  if (n < kNone) raise_value_error({"Invalid number of FFT data points (", std::to_string(n), ")"});
  if (n == kNone) return Tensor::abstract(x.real.shape().with_last(kNone), x.real.dtype());
  const int64_t bins = n / 2 + 1;
  const Tensor real = with_length(x.real, bins), imag = with_length(x.imag, bins);
  // The other bins mirror bins 1 to (n - 1) / 2.
  const Tree mirror = Tree::tuple({Tree::Ellipsis(), Tree::Slice{(n - 1) / 2, Tree(0), Tree(-1)}});
  const Pair full{concatenate({real, get_item(real, mirror)}, -1),
                  concatenate({imag, negative(get_item(imag, mirror))}, -1)};
  return fft(full, true).real;
}

// Periodic, as scipy.signal.get_window.
Tensor window_of(const json::Value& window, int64_t length, int64_t fft_length) {
  if (length < 0 || length > fft_length) {
    raise_value_error(
        {"`fft_length` must equal or larger than `sequence_length`. Received: "
         "sequence_length=",
         std::to_string(length), ", fft_length=", std::to_string(fft_length)});
  }
  if (window.is_array() && static_cast<int64_t>(window.as_array().size()) != length) {
    raise_value_error(
        {"The shape of `window` must be equal to [sequence_length].Received: window "
         "shape=(",
         std::to_string(window.as_array().size()), ",)"});
  }
  byte_size(Shape{fft_length}, DType::kFloat32);
  std::vector<float> values(static_cast<size_t>(fft_length), window.is_null() ? 1.f : 0.f);
  const int64_t left = (fft_length - length) / 2;
  for (int64_t i = 0; i < length && !window.is_null(); ++i) {
    double value = 0;
    if (window.is_array()) {
      value = window.as_array().at(static_cast<size_t>(i)).as_double();
    } else {
      const std::string& name = window.as_string();
      if (name != "hann" && name != "hamming") {
        raise_value_error(
            {"If a string is passed to `window`, it must be one of `\"hann\"`, "
             "`\"hamming\"`. Received: window=",
             name});
      }
      const double a = name == "hann" ? 0.5 : 0.54;
      value =
          a - (1 - a) * std::cos(2 * kPi * static_cast<double>(i) / static_cast<double>(length));
    }
    values[static_cast<size_t>(left + i)] = static_cast<float>(value);
  }
  return Tensor::from(std::span<const float>(values), Shape{fft_length});
}

// Windows of the last axis: [..., count, length].
Tensor frames(const Tensor& x, int64_t length, int64_t stride) {
  if (length <= 0 || stride <= 0) {
    raise_value_error(
        {"`sequence_length` and `sequence_stride` must be positive. Received: sequence_length=",
         std::to_string(length), ", sequence_stride=", std::to_string(stride)});
  }
  const int64_t n = x.shape().back();
  const int64_t count = n == kNone ? kNone : std::max<int64_t>(0, (n - length) / stride + 1);
  const Shape shape = x.shape().with_last(count).concat({length});
  if (!shape.is_fully_defined()) return Tensor::abstract(shape, x.dtype());
  byte_size(Shape{count, length}, DType::kInt32);
  std::vector<int32_t> positions;
  for (int64_t i = 0; i < count; ++i) {
    for (int64_t j = 0; j < length; ++j) positions.push_back(static_cast<int32_t>(i * stride + j));
  }
  return take(x, Tensor::from(std::span<const int32_t>(positions), Shape{count, length}), -1);
}

// Frames [..., count, length] summed where they overlap.
Tensor overlapped(const Tensor& x, int64_t stride) {
  const int64_t count = x.shape()[x.rank() - 2], length = x.shape().back();
  if (stride <= 0 || count <= 0 || length <= 0) {
    raise_value_error({"There must be frames, and a positive stride. Received: shape=",
                       repr(x.shape()), ", sequence_stride=", std::to_string(stride)});
  }
  const int64_t n = checked_sum(length, checked_product(stride, count - 1));
  const Shape shape = x.shape().slice(0, x.rank() - 2).concat({n});
  return emit({x}, Spec{shape, DType::kFloat32}, [&] {
    return function_step("overlap_add", [count, length, stride, n, rows = shape.size() / n](
                                            auto in, auto out, auto*) {
      float* y = out[0].template as<float>();
      const float* from = in[0].template as<float>();
      std::fill(y, y + rows * n, 0.f);
      for (int64_t row = 0; row < rows; ++row) {
        for (int64_t i = 0; i < count; ++i) {
          for (int64_t j = 0; j < length; ++j) y[row * n + i * stride + j] += *from++;
        }
      }
    });
  });
}

TensorTuple fft_op(const PairArgument& x) { return tuple(fft(pair_of(x), false)); }
TensorTuple fft2_op(const PairArgument& x) { return tuple(fft2(pair_of(x), false)); }
TensorTuple ifft2(const PairArgument& x) { return tuple(fft2(pair_of(x), true)); }
TensorTuple rfft_op(const Tensor& x, std::optional<int64_t> fft_length) {
  return tuple(rfft(x, fft_length));
}
Tensor irfft_op(const PairArgument& x, std::optional<int64_t> fft_length) {
  return irfft(pair_of(x), fft_length);
}

TensorTuple stft_op(const Tensor& x, int64_t length, int64_t stride, int64_t fft_length,
                    const json::Value& window, bool center) {
  const Stft y = stft(x, length, stride, fft_length, window, center);
  return {{y.real, y.imag}};
}

Tensor istft(const PairArgument& given, int64_t sequence_length, int64_t stride, int64_t fft_length,
             std::optional<int64_t> wanted, const json::Value& given_window, bool center) {
  const Pair x = pair_of(given);
  const Tensor window = window_of(given_window, sequence_length, fft_length);
  const Shape& shape = x.real.shape();
  if (!shape.is_fully_defined()) {
    const int64_t count = shape[shape.rank() - 2];
    const int64_t full = count == kNone ? kNone : fft_length + stride * (count - 1);
    const int64_t rest = full == kNone || !center ? full : full - fft_length / 2 * 2;
    return Tensor::abstract(shape.slice(0, shape.rank() - 2).concat({wanted.value_or(rest)}),
                            x.real.dtype());
  }
  const int64_t count = shape[shape.rank() - 2];
  const Tensor pieces = multiply(irfft(x, fft_length), window);
  const Tensor weight = overlapped(broadcast_to(square(window), Shape{count, fft_length}), stride);
  Tensor y = divide(overlapped(pieces, stride), where(greater(weight, 1e-10), weight, 1.0));
  if (given_window.is_null()) {
    y = multiply(y, static_cast<double>(fft_length) / static_cast<double>(stride));
  }
  const int64_t start = center ? fft_length / 2 : 0;
  const Tree stop = wanted ? Tree(start + *wanted) : center ? Tree(-(fft_length / 2)) : Tree();
  return get_item(y, Tree::tuple({Tree::Ellipsis(), Tree::Slice{start, stop, Tree()}}));
}

Tensor cdist(const Tensor& x, const Tensor& y) {
  if (x.rank() < 2 || y.rank() < 2) raise_value_error({"`cdist` inputs must have rank >= 2"});
  if (x.shape().back() != y.shape().back()) {
    raise_value_error({"Last dimension of inputs to `cdist` must match"});
  }
  return sqrt(sum(square(subtract(expand_dims(x, -2), expand_dims(y, -3))), -1));
}

}  // namespace

KERAS_OP("ops.math", FFT, fft_op, "x")
KERAS_OP("ops.math", FFT2, fft2_op, "x")
KERAS_OP("ops.math", IFFT2, ifft2, "x")
KERAS_OP("ops.math", RFFT, rfft_op, "x, .fft_length=None")
KERAS_OP("ops.math", IRFFT, irfft_op, "x, .fft_length=None")
KERAS_OP("ops.math", STFT, stft_op,
         "x, .sequence_length, .sequence_stride, .fft_length, .window='hann', .center=True")
KERAS_OP("ops.math", ISTFT, istft,
         "x, .sequence_length, .sequence_stride, .fft_length, .length=None, .window='hann', "
         ".center=True")
KERAS_OP("ops.math", ExtractSequences, frames, "x, .sequence_length, .sequence_stride")
KERAS_OP("ops.math", CDist, cdist, "x, y")

Stft stft(const Tensor& given, int64_t length, int64_t stride, int64_t fft_length,
          const json::Value& given_window, bool center) {
  if (makes_node(rows::STFT, given)) {
    const Tree made =
        make_nodes(rows::STFT, {given, length, stride, fft_length, given_window, center});
    return {made.items()[0].as_tensor(), made.items()[1].as_tensor()};
  }
  Tensor x = given;
  if (x.dtype() != DType::kFloat32 && x.dtype() != DType::kFloat64) {
    raise_type_error({"Invalid input type. Expected `float32` or `float64`. Received: input type=",
                      std::string(dtype_name(x.dtype()))});
  }
  if (fft_length < length) {
    raise_value_error(
        {"`fft_length` must equal or larger than `sequence_length`. Received: "
         "sequence_length=",
         std::to_string(length), ", fft_length=", std::to_string(fft_length)});
  }
  const Tensor window = window_of(given_window, length, fft_length);
  if (center) {
    std::vector<PadWidth> widths(static_cast<size_t>(x.rank()));
    widths.back() = {fft_length / 2, fft_length / 2};
    x = pad(x, widths, "reflect");
  }
  const Pair y = rfft(multiply(frames(x, fft_length, stride), window), fft_length);
  return {y.real, y.imag};
}

}  // namespace keras::ops
