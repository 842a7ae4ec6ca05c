// RandomErasing: replaces a rectangle of images during training
// (keras/src/layers/preprocessing/image_preprocessing/random_erasing.py).
#include "base/error.h"
#include "layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.h"
#include "layers/preprocessing/image_preprocessing/factor_range.h"
#include "layers/preprocessing/image_preprocessing/value_range.h"
#include "ops/core.h"
#include "ops/numpy.h"
#include "ops/random.h"

namespace keras {
namespace {

class RandomErasing final : public BaseImagePreprocessingLayer {
 public:
  void fields(FieldVisitor& f) override {
    BaseImagePreprocessingLayer::fields(f);
    f("factor", factor_, "Probability of erasing, or its bounds.");
    f("scale", scale_, "Size of the rectangle as a fraction of the image, or its bounds.");
    f("fill_value", fill_value_,
      "Value of the rectangle, or one per channel; normal noise when null.");
    f("value_range", value_range_, "Smallest and largest value of the images.");
    f("seed", seed_, "Seed of the random numbers.");
  }

  void validate() override {
    factor_.standardize("factor", 0, 1);
    scale_.standardize("scale", 0, 1);
    make_generator();
  }

  Tensor transform_images(const Tensor& images, const Tree& transformation,
                          bool training) override {
    const Tensor x = ops::cast(images, compute_dtype());
    if (!training) return x;
    const Tensor erased = ops::where(tensor_in(transformation, "batch_masks"),
                                     tensor_in(transformation, "fill_value"), x);
    const Tensor apply = ops::expand_dims(tensor_in(transformation, "apply_erasing"), {1, 2, 3});
    return ops::where(apply, erased, x);
  }

  Tensor transform_segmentation_masks(const Tensor& masks, const Tree&, bool) override {
    return masks;
  }

  BoundingBoxes transform_bounding_boxes(const BoundingBoxes& given, const Tree&, bool) override {
    return given;
  }

 protected:
  Tree draw_transformation(const Tensor& images, bool training,
                           const SeedGeneratorPtr& seed) override {
    if (!training) return {};
    if (images.rank() != 3 && images.rank() != 4) {
      raise_value_error({"Expected the input image to be rank 3 or 4. Received inputs.shape=",
                         repr(images.shape())});
    }
    const int64_t batch = batch_size_of(images);
    const auto drawn = [&](const Shape& shape, double lower, double upper, DType dtype) {
      return ops::random_uniform(shape, lower, upper, dtype, seed->next());
    };
    const std::vector<Tensor> sides = ops::split(
        ops::sqrt(drawn({batch, 2}, scale_.lower(), scale_.upper(), compute_dtype())), 2, 1);
    // Whether a position of each image is between two random bounds, [batch, size].
    const auto inside = [&](const Tensor& side, int64_t size) {
      const Tensor length = ops::multiply(side, static_cast<double>(size));
      const Tensor start =
          ops::multiply(ops::expand_dims(drawn({batch}, 0, 1, compute_dtype()), -1),
                        ops::subtract(static_cast<double>(size), length));
      const Tensor position = ops::arange(0, static_cast<double>(size), 1, compute_dtype());
      return ops::logical_and(ops::greater_equal(position, start),
                              ops::less(position, ops::add(start, length)));
    };
    const bool first = data_format_.channels_first;
    const Tensor columns = ops::expand_dims(inside(sides[0], width_of(images)),
                                            first ? ops::Axes{1, 2} : ops::Axes{1, 3});
    const Tensor rows = ops::expand_dims(inside(sides[1], height_of(images)),
                                         first ? ops::Axes{1, 3} : ops::Axes{2, 3});
    const Tensor probability = drawn({batch}, factor_.lower(), factor_.upper(), DType::kFloat32);
    const Tensor threshold = drawn({batch}, 0, 1, DType::kFloat32);
    return Tree::Dict{{{"apply_erasing", ops::less(threshold, probability)},
                       {"batch_masks", ops::logical_and(rows, columns)},
                       {"fill_value", filling(images.shape(), *seed)}}};
  }

 private:
  Tensor filling(const Shape& images, SeedGenerator& seed) const {
    Tensor value;
    if (fill_value_->is_null()) {
      value = ops::multiply(ops::random_normal(images, 0, 1, compute_dtype(), seed.next()),
                            value_range_.high());
    } else if (fill_value_->is_number() ||
               (fill_value_->is_array() && fill_value_->as_array().size() == 3)) {
      value = ops::cast(ops::Operand(Tree::from_json(fill_value_)), compute_dtype());
    } else {
      raise_value_error(
          {"The `fill_value` argument should be a number (or a list of three numbers) "});
    }
    return ops::clip(value, value_range_.low(), value_range_.high());
  }

  FactorRange factor_{1.0};
  FactorRange scale_{json::Array{0.02, 0.33}};
  Given<"number | readonly [number, number, number] | null"> fill_value_;
  ValueRange value_range_;
};

}  // namespace

KERAS_LAYER(RandomErasing)

}  // namespace keras
