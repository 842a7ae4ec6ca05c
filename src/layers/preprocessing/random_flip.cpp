// RandomFlip: flips images during training
// (keras/src/layers/preprocessing/image_preprocessing/random_flip.py).
#include "layers/preprocessing/random_image_layer.h"
#include "ops/core.h"
#include "ops/numpy.h"
#include "ops/random.h"

namespace keras {
namespace {

class RandomFlip final : public RandomImageLayer {
 public:
  void fields(FieldVisitor& f) override {
    RandomImageLayer::fields(f);
    f("seed", seed_, "Seed of the random numbers.");
    f("mode", mode_, "horizontal, vertical or horizontal_and_vertical.");
  }

 protected:
  Tensor disturb(const Tensor& images, const random::Key& key) override {
    const Tensor draws =
        ops::random_uniform({images.shape()[0], 1, 1, 1}, 0, 1, DType::kFloat32, key);
    const Tensor flips = ops::less_equal(draws, 0.5);
    const int height = data_format_.spatial_axis();
    Tensor x = images;
    if (mode_ != "vertical") x = ops::where(flips, ops::flip(x, height + 1), x);
    if (mode_ != "horizontal") x = ops::where(flips, ops::flip(x, height), x);
    return x;
  }

 private:
  std::string mode_ = "horizontal_and_vertical";
};

}  // namespace

KERAS_LAYER(RandomFlip)

}  // namespace keras
