// Products of floats with constant weights that stay 16, 8 or 4 bits wide in a plan.
#pragma once

#include "ops/numpy/product.h"

namespace keras::ops {

// Whether emit_product(x, weight) keeps the weight as it is, instead of as a constant of floats:
// when a product with a half-precision or int8 matrix is recorded. Integers that fit 4 bits take
// no more.
bool stays_compact(const Tensor& x, const Tensor& weight, DType compute);

// The step of such a product. Further inputs, if any, are the scale and zero of groups of rows
// ([groups, n] floats), and the group of each row (int32): weights are (value - zero) * scale.
std::unique_ptr<Step> compact_product_step(const Product& product, DType weight);

}  // namespace keras::ops
