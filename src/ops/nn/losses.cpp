// Crossentropies (keras/src/backend/jax/nn.py).
#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/nn.h"
#include "ops/numpy.h"

namespace keras::ops {
namespace {

constexpr double kEpsilon = 1e-7;

void check_same_shape(const Tensor& target, const Tensor& output) {
  const bool known = target.shape().is_fully_defined() && output.shape().is_fully_defined();
  if (target.rank() != output.rank() || (known && target.shape() != output.shape())) {
    raise_value_error(
        {"Arguments `target` and `output` must have the same shape. Received: "
         "target.shape=",
         repr(target.shape()), ", output.shape=", repr(output.shape())});
  }
}

Tensor log_probabilities(const Tensor& output, bool from_logits, int64_t axis) {
  if (from_logits) return log_softmax(output, axis);
  const Tensor scaled = divide(output, sum(output, axis, true));
  return log(clip(scaled, kEpsilon, 1 - kEpsilon));
}

Tensor crossentropy(const Tensor& target, const Tensor& log_prob, int64_t axis) {
  return negative(sum(multiply(target, log_prob), axis));
}

Tensor categorical_crossentropy(const Tensor& target, const Tensor& output, bool from_logits,
                                int64_t axis) {
  check_same_shape(target, output);
  return crossentropy(target, log_probabilities(output, from_logits, axis), axis);
}

Tensor sparse_categorical_crossentropy(const Tensor& target_classes, const Tensor& output,
                                       bool from_logits, int64_t axis) {
  Tensor target = cast(target_classes, DType::kInt32);
  if (target.rank() == output.rank() && target.shape().back() == 1) target = squeeze(target, -1);
  if (target.rank() + 1 != output.rank()) {
    raise_value_error(
        {"Arguments `target` and `output` must have the same shape up until the last "
         "dimension: target.shape=",
         repr(target.shape()), ", output.shape=", repr(output.shape())});
  }
  const int64_t classes = output.shape()[normalize_axis(axis, output.rank())];
  const Tensor log_prob = log_probabilities(output, from_logits, axis);
  return crossentropy(one_hot(target, classes, axis), log_prob, axis);
}

Tensor binary_crossentropy(const Tensor& target, const Tensor& given, bool from_logits) {
  Tensor output = given;
  check_same_shape(target, output);
  const Tensor other = subtract(1.0, target);
  if (from_logits) {
    return subtract(multiply(negative(target), log_sigmoid(output)),
                    multiply(other, log_sigmoid(negative(output))));
  }
  output = clip(output, kEpsilon, 1 - kEpsilon);
  return negative(add(multiply(target, log(output)), multiply(other, log(subtract(1.0, output)))));
}

Tensor psnr(const Tensor& x1, const Tensor& x2, double max_val) {
  if (x1.shape() != x2.shape()) {
    raise_value_error({"Input shapes ", repr(x1.shape()), " and ", repr(x2.shape()),
                       " must match for PSNR calculation. "});
  }
  const Tensor difference = mean(square(subtract(x1, x2)));
  const Tensor peak = log10(max_val);
  return subtract(multiply(20, peak), multiply(10, log10(difference)));
}

}  // namespace

KERAS_OP("ops.nn", CategoricalCrossentropy, categorical_crossentropy,
         "target, output, .from_logits=False, .axis=-1")
KERAS_OP("ops.nn", SparseCategoricalCrossentropy, sparse_categorical_crossentropy,
         "target, output, .from_logits=False, .axis=-1")
KERAS_OP("ops.nn", BinaryCrossentropy, binary_crossentropy, "target, output, .from_logits=False")
KERAS_OP("ops.nn", PSNR, psnr, "x1, x2, .max_val")

}  // namespace keras::ops
