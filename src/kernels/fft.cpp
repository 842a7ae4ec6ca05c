#include "kernels/fft.h"

#include <algorithm>
#include <numbers>

namespace keras::kernels {
namespace {

using Complex = FourierTransform::Complex;

constexpr int64_t kLargestDirect = 32;

// The operator of the standard library calls a function that handles infinities.
Complex product(const Complex& a, const Complex& b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

// exp(-+ 2 pi i k / n)
Complex root_of_unity(int64_t k, int64_t n, bool inverse) {
  const double turns = static_cast<double>(k) / static_cast<double>(n);
  return std::polar(1., (inverse ? 2 : -2) * std::numbers::pi * turns);
}

}  // namespace

// Bluestein's algorithm: with chirp w[k] = exp(-+ pi i k^2 / n), X[k] is w[k] times the convolution
// of x w with conj(w), which transforms of a power of two compute.
struct FourierTransform::Convolution {
  Convolution(int64_t length, bool inverse)
      : n(length), padded(padded_length(length)), forward(padded, false), backward(padded, true) {
    for (int64_t k = 0; k < n; ++k) {
      chirp.push_back(root_of_unity(k * k % (2 * n), 2 * n, inverse));
    }
    filter.resize(static_cast<size_t>(padded));
    for (int64_t k = 0; k < n; ++k) {
      const Complex value = std::conj(chirp[static_cast<size_t>(k)]) / static_cast<double>(padded);
      filter[static_cast<size_t>(k)] = value;
      if (k > 0) filter[static_cast<size_t>(padded - k)] = value;
    }
    std::vector<Complex> scratch(static_cast<size_t>(padded));
    forward(filter.data(), scratch.data());
  }

  static int64_t padded_length(int64_t n) {
    int64_t padded = 1;
    while (padded < 2 * n - 1) padded *= 2;
    return padded;
  }

  void run(Complex* x) const {
    std::vector<Complex> work(static_cast<size_t>(padded)), scratch(static_cast<size_t>(padded));
    for (size_t k = 0; k < chirp.size(); ++k) work[k] = product(x[k], chirp[k]);
    forward(work.data(), scratch.data());
    for (size_t k = 0; k < work.size(); ++k) work[k] = product(work[k], filter[k]);
    backward(work.data(), scratch.data());
    for (size_t k = 0; k < chirp.size(); ++k) x[k] = product(work[k], chirp[k]);
  }

  int64_t n, padded;
  FourierTransform forward, backward;
  std::vector<Complex> chirp, filter;
};

FourierTransform::FourierTransform(int64_t n, bool inverse) : n_(n) {
  roots_.reserve(static_cast<size_t>(n));
  for (int64_t k = 0; k < n; ++k) roots_.push_back(root_of_unity(k, n, inverse));
  int64_t odd = n;
  while (odd > 0 && odd % 2 == 0) odd /= 2;
  if (odd > kLargestDirect) convolution_ = std::make_unique<const Convolution>(odd, inverse);
}

FourierTransform::~FourierTransform() = default;

void FourierTransform::transform(Complex* x, Complex* scratch, int64_t n) const {
  if (n <= 1) return;
  if (n % 2 == 0) {
    const int64_t half = n / 2;
    Complex* const even = scratch;
    Complex* const odd = scratch + half;
    for (int64_t i = 0; i < half; ++i) {
      even[i] = x[2 * i];
      odd[i] = x[2 * i + 1];
    }
    transform(even, x, half);
    transform(odd, x + half, half);
    for (int64_t i = 0; i < half; ++i) {
      const Complex turned = product(root(i, n), odd[i]);
      x[i] = even[i] + turned;
      x[i + half] = even[i] - turned;
    }
    return;
  }
  if (convolution_) return convolution_->run(x);
  std::copy(x, x + n, scratch);
  for (int64_t k = 0; k < n; ++k) {
    Complex sum = 0;
    for (int64_t i = 0; i < n; ++i) sum += product(scratch[i], root(i * k % n, n));
    x[k] = sum;
  }
}

}  // namespace keras::kernels
