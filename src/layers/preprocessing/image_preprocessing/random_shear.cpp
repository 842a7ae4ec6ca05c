// RandomShear: shears images during training
// (keras/src/layers/preprocessing/image_preprocessing/random_shear.py).
#include "layers/preprocessing/image_preprocessing/affine_image_layer.h"
#include "layers/preprocessing/image_preprocessing/factor_range.h"
#include "ops/core.h"
#include "ops/numpy.h"
#include "ops/random.h"

namespace keras {
namespace {

class RandomShear final : public AffineImageLayer {
 public:
  void fields(FieldVisitor& f) override {
    BaseImagePreprocessingLayer::fields(f);
    f("x_factor", x_factor_, "Largest shear along x, or smallest and largest, from 0 to 1.");
    f("y_factor", y_factor_, "Largest shear along y, or smallest and largest, from 0 to 1.");
    f("fill_mode", fill_mode_, "How points outside the image are filled.");
    f("interpolation", interpolation_, "nearest or bilinear.");
    f("seed", seed_, "Seed of the random numbers.");
    f("fill_value", fill_value_, "Value outside the image in mode `constant`.");
  }

  void validate() override {
    standardize("x_factor", x_factor_);
    standardize("y_factor", y_factor_);
    check_sampling();
  }

 protected:
  BoxFormats box_formats() const override { return {"rel_xyxy", "rel_xyxy", compute_dtype()}; }

  Tensor move_boxes(const Tensor& boxes, const Tree& transformation) const override {
    return sheared(boxes, tensor_in(transformation, "shear_factor"));
  }

  Tree draw_transformation(const Tensor& images, bool training,
                           const SeedGeneratorPtr& seed) override {
    if (!training) return {};
    const auto drawn = [&](double lower, double upper) {
      return ops::random_uniform({batch_size_of(images), 1}, lower, upper, compute_dtype(),
                                 seed->next());
    };
    const Tensor invert = ops::greater(drawn(0, 1), 0.5);
    const Tensor y = drawn(y_factor_.lower(), y_factor_.upper());
    const Tensor x = drawn(x_factor_.lower(), x_factor_.upper());
    const Tensor both = ops::concatenate({x, y}, 1);
    return Tree::Dict{{{"shear_factor", ops::where(invert, ops::negative(both), both)},
                       {"height", height_of(images)},
                       {"width", width_of(images)}}};
  }

  Tensor resample(const Tensor& images, const Tree& transformation,
                  const std::string& interpolation) override {
    const Tensor shear = ops::cast(tensor_in(transformation, "shear_factor"), DType::kFloat32);
    const std::vector<Tensor> by = ops::split(shear, 2, 1);
    const Tensor one = ops::ones({shear.shape()[0], 1}), zero = ops::zeros({shear.shape()[0], 1});
    return affine_transform(images,
                            ops::concatenate({one, by[0], zero, by[1], one, zero, zero, zero}, 1),
                            interpolation);
  }

 private:
  static void standardize(std::string_view name, FactorRange& factor) {
    // get_config writes this for a single number. Keras itself cannot read it.
    const json::Value& given = factor.json();
    if (given.is_array() && given.as_array().size() == 2 && factor.lower() == -factor.upper()) {
      factor = given.as_array()[1];
    }
    factor.standardize_each(
        name,
        "The `factor` argument should be a number (or a list of two numbers) in the range [0, "
        "1.0]. ",
        0);
  }

  // The boxes around sheared rel_xyxy boxes [batch, n, 4], as Keras computes them.
  static Tensor sheared(const Tensor& boxes, const Tensor& shear_factor) {
    const std::vector<Tensor> corners = ops::split(boxes, 4, -1);
    const std::vector<Tensor> by = ops::split(ops::expand_dims(shear_factor, 1), 2, -1);
    Tensor x1 = corners[0], y1 = corners[1], x2 = corners[2], y2 = corners[3];
    const auto moved = [](const Tensor& a, const Tensor& shear, const Tensor& b) {
      return ops::subtract(a, ops::multiply(shear, b));
    };
    const Tensor to_right = ops::less(by[0], 0);
    const Tensor left = ops::where(to_right, moved(x1, by[0], y1), moved(x1, by[0], y2));
    const Tensor right = ops::where(to_right, moved(x2, by[0], y2), moved(x2, by[0], y1));
    const Tensor upwards = ops::greater(by[1], 0);
    const Tensor top = ops::where(upwards, moved(y1, by[1], right), moved(y1, by[1], left));
    const Tensor bottom = ops::where(upwards, moved(y2, by[1], left), moved(y2, by[1], right));
    return ops::concatenate({left, top, right, bottom}, -1);
  }

  FactorRange x_factor_{0.0}, y_factor_{0.0};
};

}  // namespace

KERAS_LAYER(RandomShear)

}  // namespace keras
