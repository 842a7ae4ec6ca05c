// Discrete Fourier transforms of any length.
#pragma once

#include <complex>
#include <cstdint>
#include <memory>
#include <vector>

namespace keras::kernels {

// X[k] = sum over j of x[j] * exp(-2 pi i j k / n); with a positive sign when inverse, unscaled.
// Even lengths are halved (Cooley-Tukey); a large odd factor becomes a convolution (Bluestein), so
// that the time is O(n log n) for every length.
class FourierTransform {
 public:
  using Complex = std::complex<double>;

  FourierTransform(int64_t n, bool inverse);
  ~FourierTransform();

  int64_t scratch() const { return n_; }  // number of Complex values
  // Transforms n values in place.
  void operator()(Complex* x, Complex* scratch) const { transform(x, scratch, n_); }

 private:
  struct Convolution;

  Complex root(int64_t k, int64_t n) const { return roots_[static_cast<size_t>(k * (n_ / n))]; }
  void transform(Complex* x, Complex* scratch, int64_t n) const;

  int64_t n_;
  std::vector<Complex> roots_;                      // exp(-+ 2 pi i k / n)
  std::unique_ptr<const Convolution> convolution_;  // for the odd factor of n, when it is large
};

}  // namespace keras::kernels
