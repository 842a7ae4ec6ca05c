// AlphaDropout: dropout that preserves mean and variance in SELU networks
// (keras/src/layers/regularization/alpha_dropout.py).
#include <cmath>

#include "layers/regularization/base_dropout.h"
#include "ops/core.h"
#include "ops/numpy.h"
#include "ops/random.h"

namespace keras {
namespace {

class AlphaDropout final : public BaseDropout {
 protected:
  Tensor disturb(const Tensor& inputs, const random::Key& key) override {
    constexpr double kAlpha = 1.6732632423543772;
    constexpr double kScale = 1.0507009873554805;
    constexpr double kDropped = -kAlpha * kScale;
    const double rate = rate_;
    Shape noise = shape_.value_or(inputs.shape());
    for (int i = 0; i < noise.rank(); ++i) {
      if (noise[i] == kNone) noise[i] = dim_at(inputs.shape(), i);
    }
    const Tensor drawn = ops::random_uniform(noise, 0, 1, DType::kFloat32, key);
    const Tensor kept = ops::cast(ops::greater_equal(drawn, rate), inputs.dtype());
    const double a = std::pow((1 - rate) * (1 + rate * kDropped * kDropped), -0.5);
    const double b = -a * kDropped * rate;
    const Tensor x =
        ops::add(ops::multiply(inputs, kept), ops::multiply(kDropped, ops::subtract(1, kept)));
    return ops::add(ops::multiply(a, x), b);
  }
};

}  // namespace

KERAS_LAYER(AlphaDropout)

}  // namespace keras
