// Normalizations over contiguous channels.
#pragma once

#include <cstdint>

namespace keras::kernels {

// Over the last axis; gamma and beta (size values each) may be null. y may be x.
void layer_norm(const float* x, float* y, int64_t rows, int64_t size, float epsilon,
                const float* gamma, const float* beta);
void rms_norm(const float* x, float* y, int64_t rows, int64_t size, float epsilon,
              const float* gamma);
// x / max(norm(x), epsilon): keras.ops.normalize of order 2, and UnitNormalization.
void unit_norm(const float* x, float* y, int64_t rows, int64_t size, float epsilon);

// y = x * scale + shift, per channel: batch normalization in inference, Normalization, Rescaling.
void scale_shift(const float* x, float* y, int64_t rows, int64_t channels, const float* scale,
                 const float* shift);
// Scale and shift of batch normalization; gamma and beta may be null.
void batch_norm_scale_shift(const float* mean, const float* variance, const float* gamma,
                            const float* beta, float epsilon, int64_t channels, float* scale,
                            float* shift);

// x is [batch, positions, channels]; normalizes each of `groups` runs of channels together
// with all positions.
void group_norm(const float* x, float* y, int64_t batch, int64_t positions, int64_t channels,
                int64_t groups, float epsilon, const float* gamma, const float* beta);

}  // namespace keras::kernels
