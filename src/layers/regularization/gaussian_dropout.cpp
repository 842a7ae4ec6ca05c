// GaussianDropout: multiplies by noise with mean 1 in training
// (keras/src/layers/regularization/gaussian_dropout.py).
#include <cmath>

#include "layers/regularization/noise_layer.h"
#include "ops/numpy.h"
#include "ops/random.h"

namespace keras {
namespace {

class GaussianDropout final : public NoiseLayer {
 public:
  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("rate", rate_, "Drop rate of the equivalent Dropout, from 0 to 1.", Field::kRequired);
    f("seed", seed_, "Seed of the random numbers.");
  }

  void validate() override { prepare("rate", rate_); }

 protected:
  Tensor disturb(const Tensor& inputs, const random::Key& key) override {
    const double stddev = std::sqrt(rate_ / (1.0 - rate_));
    return ops::multiply(inputs,
                         ops::random_normal(inputs.shape(), 1.0, stddev, compute_dtype(), key));
  }

 private:
  Number rate_;
};

}  // namespace

KERAS_LAYER(GaussianDropout)

}  // namespace keras
