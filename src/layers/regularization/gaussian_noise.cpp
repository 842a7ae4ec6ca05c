// GaussianNoise: adds noise with mean 0 in training
// (keras/src/layers/regularization/gaussian_noise.py).
#include "layers/regularization/noise_layer.h"
#include "ops/numpy.h"
#include "ops/random.h"

namespace keras {
namespace {

class GaussianNoise final : public NoiseLayer {
 public:
  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("stddev", stddev_, "Standard deviation of the noise, from 0 to 1.", Field::kRequired);
    f("seed", seed_, "Seed of the random numbers.");
  }

  void validate() override { prepare("stddev", stddev_); }

 protected:
  Tensor disturb(const Tensor& inputs, const random::Key& key) override {
    return ops::add(inputs, ops::random_normal(inputs.shape(), 0.0, stddev_, compute_dtype(), key));
  }

 private:
  Number stddev_;
};

}  // namespace

KERAS_LAYER(GaussianNoise)

}  // namespace keras
