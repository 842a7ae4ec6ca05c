// Dropout: zeroes random inputs in training (keras/src/layers/regularization/dropout.py).
#include "base/error.h"
#include "layers/regularization/noise_layer.h"
#include "layers/regularization/noise_shape.h"
#include "ops/random.h"

namespace keras {
namespace {

class Dropout final : public NoiseLayer {
 public:
  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("rate", rate_, "Fraction of the inputs to drop, from 0 to 1.", Field::kRequired);
    f("seed", seed_, "Seed of the random numbers.");
    f("noise_shape", noise_shape_, "Shape of the mask; null dimensions match the inputs.");
  }

  void validate() override {
    prepare("rate", rate_);
    shape_ = parse_noise_shape(noise_shape_);
  }

 protected:
  Tensor disturb(const Tensor& inputs, const random::Key& key) override {
    return ops::dropout(inputs, rate_, shape_, key);
  }

 private:
  Number rate_;
  NoiseShape noise_shape_;
  std::optional<Shape> shape_;
};

}  // namespace

KERAS_LAYER(Dropout)

}  // namespace keras
