// QR decomposition by Householder reflections.
#pragma once

#include <cstdint>

namespace keras::kernels {

// a is [rows, columns], rows >= columns: a = q * r, q [rows, columns] with orthonormal columns, r
// [columns, columns] upper triangular; signs of r's diagonal are LAPACK's. `scratch` holds
// qr_scratch_doubles doubles: the work is done in float64.
int64_t qr_scratch_doubles(int64_t rows, int64_t columns);
void qr(const float* a, int64_t rows, int64_t columns, float* q, float* r, double* scratch);

}  // namespace keras::kernels
