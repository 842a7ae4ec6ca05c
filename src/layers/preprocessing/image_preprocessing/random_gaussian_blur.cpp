// RandomGaussianBlur: blurs some images
// (keras/src/layers/preprocessing/image_preprocessing/random_gaussian_blur.py).
#include <cmath>

#include "base/error.h"
#include "layers/preprocessing/image_preprocessing/color_layer.h"
#include "layers/preprocessing/image_preprocessing/factor_range.h"
#include "ops/core.h"
#include "ops/image.h"
#include "ops/numpy.h"
#include "ops/random.h"

namespace keras {
namespace {

using KernelSize = Given<"number | readonly [number, number]">;

class RandomGaussianBlur final : public ColorLayer {
 public:
  void fields(FieldVisitor& f) override {
    ColorLayer::fields(f);
    f("factor", factor_, "Range from which the probability of blurring an image is drawn.");
    f("kernel_size", kernel_size_, "Odd width and height of the blur.");
    f("sigma", sigma_, "Range from which the standard deviations of the blur are drawn.");
    f("value_range", value_range_, "Lowest and highest value of the images.");
    f("seed", seed_, "Seed of the random numbers.");
  }

  void validate() override {
    factor_.standardize("factor", 0, 1);
    standardize_kernel_size();
    sigma_.standardize("sigma", 0, 1);
    make_generator();
  }

  Tensor transform_images(const Tensor& images, const Tree& transformation,
                          bool training) override {
    const Tensor x = ops::cast(images, compute_dtype());
    if (!training || transformation.is_none()) return x;
    const Tensor& sigma = tensor_in(transformation, "blur_factor");
    const json::Array& size = kernel_size_->as_array();
    const Tensor blurred = ops::gaussian_blur(x, {size[0].as_int(), size[1].as_int()},
                                              {sigma.item(0), sigma.item(1)}, data_format_.name());
    const Tensor y = ops::where(tensor_in(transformation, "should_apply_blur"), blurred, x);
    return ops::cast(ops::clip(y, value_range_.low(), value_range_.high()), compute_dtype());
  }

 protected:
  Tree draw_transformation(const Tensor& images, bool training,
                           const SeedGeneratorPtr& seed) override {
    if (!training) return {};
    const int64_t batch_size = checked_batch_size(images);
    const Tensor probability =
        draw_per_image(batch_size, factor_.lower(), factor_.upper(), DType::kFloat32, seed);
    const Tensor threshold = draw_per_image(batch_size, 0, 1, DType::kFloat32, seed);
    const Tensor sigma =
        ops::random_uniform({2}, sigma_.lower(), sigma_.upper(), compute_dtype(), seed->next());
    return Tree::Dict{{{"should_apply_blur", ops::less(threshold, probability)},
                       {"blur_factor", ops::add(sigma, 1e-6)}}};
  }

 private:
  void standardize_kernel_size() {
    const auto is_odd = [](const json::Value& size) {
      return size.is_number() && std::fmod(size.as_double(), 2) != 0;
    };
    const json::Value given = kernel_size_;
    if (given.is_array()) {
      const json::Array& sizes = given.as_array();
      if (sizes.size() != 2) {
        raise_value_error(
            {"The `kernel_size` argument should be a number (or a list of two numbers) Received: "
             "kernel_size=",
             repr(given)});
      }
      if (is_odd(sizes[0]) && is_odd(sizes[1])) return;
    } else if (is_odd(given)) {
      kernel_size_ = json::Value(json::Array{given, given});
      return;
    }
    raise_value_error(
        {"kernel_size must be an odd number. Received: kernel_size=", python_str(given)});
  }

  FactorRange factor_ = json::Value(1.0);
  KernelSize kernel_size_ = json::Value(3);
  FactorRange sigma_ = json::Value(1.0);
  ValueRange value_range_;
};

}  // namespace

KERAS_LAYER(RandomGaussianBlur)

}  // namespace keras
