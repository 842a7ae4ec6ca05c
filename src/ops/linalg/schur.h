// The real Schur form of Hessenberg matrices (slahqr, slanv2).
#pragma once

#include "ops/linalg/matrix.h"

namespace keras::ops::dense {

// Makes rows and columns `low` to `high` of a Hessenberg matrix upper triangular, except for pairs
// of complex eigenvalues on the diagonal: 2x2 blocks with equal diagonal elements and opposite
// signs beside it. z turns with it. False when it does not converge.
bool make_quasi_triangular(FloatMatrix& h, FloatMatrix& z, int64_t low, int64_t high);

}  // namespace keras::ops::dense
