// Decompositions into vectors with the signs and order of LAPACK, which Keras's JAX backend
// calls. They run in float32 like LAPACK's: the number of iterations, and with it the signs,
// depends on the precision.
#pragma once

#include <complex>
#include <vector>

#include "ops/linalg/matrix.h"

namespace keras::ops::dense {

// Ascending eigenvalues, and their vectors in columns.
struct SymmetricEigen {
  std::vector<float> values;
  FloatMatrix vectors;
};
// ssyevd, for matrices of up to 25 rows. Larger ones are divided there and may get other signs
// here. Reads the lower triangle. NaN where an element is not finite.
SymmetricEigen symmetric_eigen(FloatMatrix a);

// Eigenvalues and, in columns, right eigenvectors of norm 1.
struct GeneralEigen {
  std::vector<std::complex<float>> values;
  MatrixOf<std::complex<float>> vectors;
};
// sgeev, for matrices of up to 75 rows; larger ones may get the eigenvalues in another order. NaN
// where an element is not finite, or the iteration does not converge.
GeneralEigen general_eigen(FloatMatrix a);

// a = u diag(s) vt, with descending s.
struct FullSvd {
  FloatMatrix u;
  std::vector<float> s;
  FloatMatrix vt;
};
// sgesdd, for up to 25 singular values; more may get other signs. With `full`, u and vt are square.
FullSvd lapack_svd(const FloatMatrix& a, bool full);

}  // namespace keras::ops::dense
