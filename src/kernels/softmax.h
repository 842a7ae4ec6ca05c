// Softmax and log-softmax along one axis.
#pragma once

#include <cstdint>

namespace keras::kernels {

// x and y are [outer, size, inner] and may alias; inner == 1 is the last axis.
void softmax(const float* x, float* y, int64_t outer, int64_t size, int64_t inner = 1);
void log_softmax(const float* x, float* y, int64_t outer, int64_t size, int64_t inner = 1);

// The Softmax layer with a mask on the last axis (1 keeps): masked positions give 0, even if the
// whole row is masked. Row r uses row (r / repeat) % mask_rows of mask [mask_rows, size]. See
// keras/src/layers/activations/softmax.py.
void masked_softmax(const float* x, const uint8_t* mask, int64_t mask_rows, int64_t repeat,
                    float* y, int64_t rows, int64_t size);

}  // namespace keras::kernels
