// Random tensors from a key (keras/src/random, src/random). A plan would draw the same numbers
// again, so recording a draw marks the plan as uncacheable.
#pragma once

#include <optional>

#include "ops/common/operand.h"
#include "random/threefry.h"

namespace keras::ops {

Tensor random_normal(const Shape& shape, double mean, double stddev, DType dtype,
                     const random::Key& key);
Tensor random_uniform(const Shape& shape, double minimum, double maximum, DType dtype,
                      const random::Key& key);
Tensor random_truncated_normal(const Shape& shape, double mean, double stddev, DType dtype,
                               const random::Key& key);
Tensor random_randint(const Shape& shape, int64_t minimum, int64_t maximum, DType dtype,
                      const random::Key& key);
// None dimensions of noise_shape are taken from x; nullopt means x's shape.
Tensor dropout(const Tensor& x, double rate, const std::optional<Shape>& noise_shape,
               const random::Key& key);
Tensor random_categorical(const Tensor& logits, int64_t num_samples, DType dtype,
                          const random::Key& key);
Tensor random_shuffle(const Tensor& x, int64_t axis, const random::Key& key);
Tensor random_gamma(const Shape& shape, double alpha, DType dtype, const random::Key& key);
Tensor random_beta(const Shape& shape, double alpha, double beta, DType dtype,
                   const random::Key& key);
Tensor random_binomial(const Shape& shape, double counts, double probabilities, DType dtype,
                       const random::Key& key);

}  // namespace keras::ops
