// QR decomposition by Householder reflections.
#pragma once

#include <cstdint>

namespace keras::kernels {

// The columns of q and rows of r: min(rows, columns), or rows for a complete q.
inline int64_t qr_width(int64_t rows, int64_t columns, bool complete) {
  return complete || rows < columns ? rows : columns;
}

// a = q * r, where a is [rows, columns], q [rows, width] has orthonormal columns, and r
// [width, columns] is upper triangular, with LAPACK's signs on its diagonal. Computes in float64;
// `scratch` holds qr_scratch_doubles doubles.
int64_t qr_scratch_doubles(int64_t rows, int64_t columns, bool complete = false);
void qr(const float* a, int64_t rows, int64_t columns, float* q, float* r, double* scratch,
        bool complete = false);

}  // namespace keras::kernels
