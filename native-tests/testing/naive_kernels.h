// Kernels written as their definitions in float64, to compare the fast ones with.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "kernels/window.h"

namespace keras::testing {

using Floats = std::vector<float>;

// Uniform in [-1, 1), the same on every machine.
inline Floats random_floats(int64_t n, uint32_t seed) {
  std::mt19937 engine(seed);
  Floats result(static_cast<size_t>(n));
  for (float& value : result) value = static_cast<float>(engine() >> 8) / (1 << 23) - 1.f;
  return result;
}

// The largest difference relative to the largest expected magnitude; NaN when only one side
// has a NaN.
inline double relative_error(const Floats& actual, const Floats& expected) {
  if (actual.size() != expected.size()) return std::nan("");
  double difference = 0.0, magnitude = 1e-30;
  for (size_t i = 0; i < actual.size(); ++i) {
    if (std::isnan(actual[i]) != std::isnan(expected[i])) return std::nan("");
    if (std::isnan(expected[i]) || actual[i] == expected[i]) continue;
    difference = std::max(difference, std::fabs(double(actual[i]) - double(expected[i])));
    magnitude = std::max(magnitude, std::fabs(double(expected[i])));
  }
  return difference / magnitude;
}

inline Floats naive_gemm(const float* a, int64_t lda, const float* b, int64_t ldb, int64_t m,
                         int64_t n, int64_t k) {
  Floats c(static_cast<size_t>(m * n));
  for (int64_t i = 0; i < m; ++i) {
    for (int64_t j = 0; j < n; ++j) {
      double sum = 0.0;
      for (int64_t p = 0; p < k; ++p) sum += double(a[i * lda + p]) * double(b[p * ldb + j]);
      c[static_cast<size_t>(i * n + j)] = static_cast<float>(sum);
    }
  }
  return c;
}

inline Floats magnitudes(Floats values) {
  for (float& value : values) value = std::fabs(value);
  return values;
}

// The largest difference between two sums of products, relative to the sum of magnitudes: rounding
// errors grow with that, whereas terms may cancel in the result.
inline double sum_error(const Floats& actual, const Floats& expected, const Floats& of_magnitudes) {
  if (actual.size() != expected.size()) return std::nan("");
  double error = 0.0;
  for (size_t i = 0; i < actual.size(); ++i) {
    const double one = std::fabs(double(actual[i]) - double(expected[i])) /
                       std::max(double(of_magnitudes[i]), 1e-30);
    if (!(one <= error)) error = one;
  }
  return error;
}

inline Floats naive_transpose(const Floats& a, int64_t rows, int64_t columns) {
  Floats result(a.size());
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < columns; ++j)
      result[static_cast<size_t>(j * rows + i)] = a[static_cast<size_t>(i * columns + j)];
  }
  return result;
}

// Calls f(output position, tap, input position) for every tap that reads an input element, not
// padding; positions are flat.
template <class F>
void for_each_tap(const kernels::Window& w, const F& f) {
  const auto flat = [](const kernels::Window::Axes& sizes, const std::array<int64_t, 3>& i) {
    return (i[0] * sizes[1] + i[1]) * sizes[2] + i[2];
  };
  std::array<int64_t, 3> o, t, i;
  for (o[0] = 0; o[0] < w.output[0]; ++o[0])
    for (o[1] = 0; o[1] < w.output[1]; ++o[1])
      for (o[2] = 0; o[2] < w.output[2]; ++o[2])
        for (t[0] = 0; t[0] < w.kernel[0]; ++t[0])
          for (t[1] = 0; t[1] < w.kernel[1]; ++t[1])
            for (t[2] = 0; t[2] < w.kernel[2]; ++t[2]) {
              bool real = true;
              for (int axis = 0; axis < 3; ++axis) {
                i[axis] = o[axis] * w.stride[axis] + t[axis] * w.dilation[axis] - w.pad_begin[axis];
                real = real && i[axis] >= 0 && i[axis] < w.input[axis];
              }
              if (real) f(flat(w.output, o), flat(w.kernel, t), flat(w.input, i));
            }
}

}  // namespace keras::testing
