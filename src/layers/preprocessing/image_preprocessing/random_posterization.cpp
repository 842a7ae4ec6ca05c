// RandomPosterization: reduces the number of bits of each value
// (keras/src/layers/preprocessing/image_preprocessing/random_posterization.py).
#include "layers/preprocessing/image_preprocessing/color_layer.h"
#include "layers/preprocessing/image_preprocessing/factor_range.h"
#include "ops/core.h"
#include "ops/numpy.h"
#include "ops/random.h"

namespace keras {
namespace {

constexpr int64_t kBits = 8;

class RandomPosterization final : public ColorLayer {
 public:
  void fields(FieldVisitor& f) override {
    ColorLayer::fields(f);
    f("factor", factor_,
      "Number of bits to keep, from 1 to 8, or a range from which it is drawn, without its end.",
      Field::kRequired);
    f("value_range", value_range_, "Lowest and highest value of the images.");
    f("seed", seed_, "Seed of the random numbers.");
  }

  void validate() override {
    factor_.standardize("factor", 1, kBits);
    value_range_.sort();
    make_generator();
  }

  Tensor transform_images(const Tensor& images, const Tree& transformation,
                          bool training) override {
    if (!training) return images;
    const DType dtype = compute_dtype();
    const ValueRange bytes(0, 255);
    const Tensor& shift = tensor_in(transformation, "shift_factor");
    const Tensor x =
        ops::cast(transform_value_range(images, value_range_, bytes, dtype), DType::kUInt8);
    const Tensor kept = ops::bitwise_left_shift(ops::bitwise_right_shift(x, shift), shift);
    return transform_value_range(ops::cast(kept, dtype), bytes, value_range_, dtype);
  }

 protected:
  Tree draw_transformation(const Tensor& images, bool, const SeedGeneratorPtr& seed) override {
    const Shape shape{checked_batch_size(images, "Received: "), 1, 1, 1};
    const auto lower = static_cast<int64_t>(factor_.lower());
    const Tensor bits =
        factor_.lower() == factor_.upper()
            ? ops::full(shape, static_cast<double>(lower), DType::kUInt8)
            : ops::random_randint(shape, lower, static_cast<int64_t>(factor_.upper()),
                                  DType::kUInt8, seed->next());
    return Tree::Dict{{{"shift_factor", ops::subtract(kBits, bits)}}};
  }

 private:
  FactorRange factor_;
  ValueRange value_range_;
};

}  // namespace

KERAS_LAYER(RandomPosterization)

}  // namespace keras
