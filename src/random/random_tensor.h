// Random tensors of float dtypes from a key, as keras.random on the JAX backend draws them.
#pragma once

#include "base/dtype.h"
#include "base/shape.h"
#include "random/threefry.h"
#include "tensor/tensor.h"

namespace keras::random {

Tensor normal(const Shape& shape, DType dtype, const Key& key, double mean, double stddev);
Tensor truncated_normal(const Shape& shape, DType dtype, const Key& key, double mean,
                        double stddev);
Tensor uniform(const Shape& shape, DType dtype, const Key& key, double minimum, double maximum);

}  // namespace keras::random
