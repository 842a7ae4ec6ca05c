// float32 functions, bitwise as XLA's CPU compiler computes them, with exact fused multiply-adds.
#pragma once

namespace keras::kernels {

// a * b + c rounded once, even without hardware support.
float fma(float a, float b, float c);

float xla_log(float x);
float xla_log1p(float x);
float xla_erfinv(float x);

}  // namespace keras::kernels
