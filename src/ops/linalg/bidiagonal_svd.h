// Singular values of bidiagonal matrices (sbdsdc for up to 25 of them: slasdq, sbdsqr).
#pragma once

#include <vector>

#include "ops/linalg/matrix.h"

namespace keras::ops::dense {

// Makes the upper bidiagonal matrix with this diagonal and the elements `beside` it diagonal, with
// descending elements that are not negative. u and v, whose columns turn with it, begin as
// identities. False when it does not converge.
bool diagonalize_bidiagonal(std::vector<float>& diagonal, std::vector<float>& beside,
                            FloatMatrix& u, FloatMatrix& v);

}  // namespace keras::ops::dense
