// RandomRotation: rotates images during training
// (keras/src/layers/preprocessing/image_preprocessing/random_rotation.py).
#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.h"
#include "layers/preprocessing/random_image_layer.h"
#include "ops/core.h"
#include "ops/image.h"
#include "ops/numpy.h"
#include "ops/random.h"

namespace keras {
namespace {

using Factor = Given<"number | readonly [number, number]">;

class RandomRotation final : public RandomImageLayer {
 public:
  void fields(FieldVisitor& f) override {
    RandomImageLayer::fields(f);
    f("factor", factor_, "Largest angle, or smallest and largest, as a fraction of a full turn.",
      Field::kRequired);
    f("fill_mode", options_.fill_mode, "How points outside the image are filled.");
    f("fill_value", fill_value_, "Value outside the image in mode `constant`.");
    f("interpolation", options_.interpolation, "nearest or bilinear.");
    f("seed", seed_, "Seed of the random numbers.");
  }

  void validate() override {
    RandomImageLayer::validate();
    standardize_factor();
    refuse_unless("fill_mode", options_.fill_mode, {"reflect", "wrap", "constant", "nearest"});
    refuse_unless("interpolation", options_.interpolation, {"nearest", "bilinear"});
    options_.fill_value = fill_value_;
    options_.data_format = std::string(data_format_.name());
  }

 protected:
  Tensor disturb(const Tensor& images, const random::Key& key) override {
    const int height_axis = data_format_.spatial_axis();
    const double center_x = 0.5 * static_cast<double>(images.shape()[height_axis + 1] - 1);
    const double center_y = 0.5 * static_cast<double>(images.shape()[height_axis] - 1);
    const int64_t batch = images.shape()[0];
    const json::Array& range = factor_->as_array();
    const Tensor turns = ops::random_uniform({batch, 1}, range[0].as_double() * 360,
                                             range[1].as_double() * 360, DType::kFloat32, key);
    const Tensor angle = ops::multiply(turns, std::numbers::pi / 180);
    const Tensor cosine = ops::cos(angle);
    const Tensor sine = ops::sin(angle);
    const Tensor minus_sine = ops::negative(sine);
    // The shift that keeps the center fixed.
    const auto shift = [&](double center, const Tensor& by_x, const Tensor& by_y) {
      return ops::subtract(ops::subtract(center, ops::multiply(center_x, by_x)),
                           ops::multiply(center_y, by_y));
    };
    const Tensor matrix =
        ops::concatenate({cosine, minus_sine, shift(center_x, cosine, minus_sine), sine, cosine,
                          shift(center_y, sine, cosine), ops::zeros({batch, 2})},
                         1);
    return ops::affine_transform(images, matrix, options_);
  }

 private:
  void standardize_factor() {
    const auto refuse = [&] {
      raise_value_error(
          {"The `factor` argument should be a number (or a list of two numbers) in the range "
           "[-1, 1]. Received: factor=",
           python_str(factor_)});
    };
    if (factor_->is_number()) {
      if (std::fabs(factor_->as_double()) > 1) refuse();
      const bool is_int = factor_->is_int();
      const double size = std::fabs(factor_->as_double());
      const auto number = [&](double value) {
        return is_int ? json::Value(static_cast<int64_t>(value)) : json::Value(value);
      };
      factor_ = json::Value(json::Array{number(-size), number(size)});
      return;
    }
    if (!factor_->is_array() || factor_->as_array().size() != 2) refuse();
    json::Array range = factor_->as_array();
    if (!range[0].is_number() || !range[1].is_number()) refuse();
    if (range[0].as_double() > 1 || range[1].as_double() < -1) refuse();
    if (range[0].as_double() > range[1].as_double()) std::swap(range[0], range[1]);
    factor_ = json::Value(std::move(range));
  }

  static void refuse_unless(const std::string& argument, const std::string& value,
                            std::initializer_list<std::string_view> supported) {
    if (std::find(supported.begin(), supported.end(), value) != supported.end()) return;
    std::string list;
    for (const std::string_view name : supported) {
      list += (list.empty() ? "'" : ", '") + std::string(name) + "'";
    }
    raise_not_implemented_error(
        {"Unknown `", argument, "` ", value, ". Expected of one (", list, ")."});
  }

  Factor factor_;
  Number fill_value_ = 0.0;
  ops::SampleOptions options_{.interpolation = "bilinear", .fill_mode = "reflect"};
};

}  // namespace

KERAS_LAYER(RandomRotation)

}  // namespace keras
