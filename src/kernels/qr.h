// QR decomposition by Householder reflections.
#pragma once

#include <cstdint>

namespace keras::kernels {

// a = q * r, where a is [rows, columns] with rows >= columns, q [rows, columns] has orthonormal
// columns, and r [columns, columns] is upper triangular, with LAPACK's signs on its diagonal.
// Computes in float64; `scratch` holds qr_scratch_doubles doubles.
int64_t qr_scratch_doubles(int64_t rows, int64_t columns);
void qr(const float* a, int64_t rows, int64_t columns, float* q, float* r, double* scratch);

}  // namespace keras::kernels
