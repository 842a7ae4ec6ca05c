// keras.random on the JAX backend: from a key to `n` values in the order of the flattened output.
// Computes in float32.
#pragma once

#include <cstdint>

#include "random/threefry.h"

namespace keras::random {

// Floats in [0, 1) with 23 random bits.
void unit(const Key& key, float* y, int64_t n);
void uniform(const Key& key, float minimum, float maximum, float* y, int64_t n);
void normal(const Key& key, float mean, float stddev, float* y, int64_t n);
void truncated_normal(const Key& key, float mean, float stddev, float* y, int64_t n);

void randint(const Key& key, int32_t minimum, int32_t maximum, int32_t* y, int64_t n);

// 1 where a unit float is below float32(1 - rate), the elements that dropout keeps. For a
// noise_shape, draw the smaller mask and broadcast it.
void dropout_mask(const Key& key, double rate, uint8_t* keep, int64_t n);
// keep[i] ? x[i] / float32(1 - rate) : 0
void dropout_apply(const float* x, const uint8_t* keep, double rate, float* y, int64_t n);

// logits [batch, classes] -> y [batch, num_samples]. `scratch` holds num_samples floats.
void categorical(const Key& key, const float* logits, int64_t batch, int64_t classes,
                 int64_t num_samples, int32_t* y, float* scratch);

// keras.random.shuffle: permutes each line along the axis independently. Returns the positions
// along the axis as indices[outer, size, inner], for kernels::take_along_axis.
void shuffle_indices(const Key& key, int64_t outer, int64_t size, int64_t inner, int32_t* indices);

// The caller broadcasts the parameters to n values each.
void gamma(const Key& key, const float* alpha, float* y, int64_t n);
void beta(const Key& key, const float* alpha, const float* beta, float* y, int64_t n);
void binomial(const Key& key, const float* counts, const float* probabilities, float* y, int64_t n);

}  // namespace keras::random
