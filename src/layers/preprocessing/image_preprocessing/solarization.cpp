// Solarization: inverts the values above a threshold
// (keras/src/layers/preprocessing/image_preprocessing/solarization.py).
#include "base/error.h"
#include "layers/preprocessing/image_preprocessing/color_layer.h"
#include "layers/preprocessing/image_preprocessing/factor_range.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class Solarization final : public ColorLayer {
 public:
  void fields(FieldVisitor& f) override {
    ColorLayer::fields(f);
    f("value_range", value_range_, "Lowest and highest value of the images.");
    f("addition_factor", addition_factor_,
      "Largest number added to the values, or smallest and largest, as a fraction of the value "
      "range.");
    f("threshold_factor", threshold_factor_,
      "Largest threshold, or smallest and largest, as a fraction of the value range. Values from "
      "the threshold on are inverted.");
    f("seed", seed_, "Seed of the random numbers.");
  }

  void validate() override {
    make_generator();
    standardize("addition_factor", addition_factor_);
    standardize("threshold_factor", threshold_factor_);
    value_range_.sort();
  }

  Tensor transform_images(const Tensor& images, const Tree& transformation,
                          bool training) override {
    const DType dtype = compute_dtype();
    Tensor x = ops::cast(images, dtype);
    if (!training || transformation.is_none()) return x;
    const ValueRange bytes(0, 255);
    x = transform_value_range(x, value_range_, bytes, dtype);
    x = ops::clip(ops::add(x, tensor_in(transformation, "additions")), 0, 255);
    const Tensor is_below = ops::less(x, tensor_in(transformation, "thresholds"));
    x = ops::where(is_below, x, ops::subtract(255, x));
    return transform_value_range(x, bytes, value_range_, dtype);
  }

 protected:
  Tree draw_transformation(const Tensor& images, bool training,
                           const SeedGeneratorPtr& seed) override {
    if (!training) return {};
    const auto draw = [&](const FactorRange& factor) {
      return draw_per_image(batch_size_of(images), factor.lower(), factor.upper() * 255,
                            compute_dtype(), seed);
    };
    const Tensor additions = draw(addition_factor_);
    return Tree::Dict{{{"additions", additions}, {"thresholds", draw(threshold_factor_)}}};
  }

 private:
  static void standardize(std::string_view name, FactorRange& factor) {
    const auto refuse = [](std::string_view argument, const json::Value& received) {
      raise_value_error(
          {"The `addition_factor` and `threshold_factor` arguments should be a number (or a list "
           "of two numbers) in the range [0, 1]. Received: ",
           argument, "=", python_str(received)});
    };
    const auto check = [&](const json::Value& number) {
      if (number.as_double() > 1.0 || number.as_double() < 0) refuse("input_number", number);
    };
    const json::Value given = factor.json();
    json::Array bounds{0, given};
    if (given.is_array()) bounds = given.as_array();
    if (bounds.size() != 2 || !bounds[0].is_number() || !bounds[1].is_number()) {
      refuse(name, given);
    }
    check(bounds[0]);
    check(bounds[1]);
    if (bounds[1].as_double() < bounds[0].as_double()) std::swap(bounds[0], bounds[1]);
    factor = json::Value(std::move(bounds));
  }

  FactorRange addition_factor_ = json::Value(0.0);
  FactorRange threshold_factor_ = json::Value(0.0);
  ValueRange value_range_;
};

}  // namespace

KERAS_LAYER(Solarization)

}  // namespace keras
