// RandomCrop: a part of images at a random position, in training
// (keras/src/layers/preprocessing/image_preprocessing/random_crop.py).
#include "layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.h"
#include "layers/preprocessing/image_preprocessing/image_size.h"
#include "ops/core.h"
#include "ops/image.h"
#include "ops/numpy.h"
#include "ops/random.h"

namespace keras {
namespace {

class RandomCrop final : public BaseImagePreprocessingLayer {
 public:
  void fields(FieldVisitor& f) override {
    BaseImagePreprocessingLayer::fields(f);
    f("height", size_.height, "Height of the output.", Field::kRequired);
    f("width", size_.width, "Width of the output.", Field::kRequired);
    f("seed", seed_, "Seed of the random numbers.");
  }

  // As in Keras, the config has a seed even if none was given; it is not the generator's.
  void validate() override {
    const Seed given = seed_;
    if (seed_.is_none()) seed_ = Seed(make_default_seed());
    generator_ = SeedGenerator::make(given);
    track(generator_);
  }

  bool converts_inputs() const override { return false; }

  Tensor transform_images(const Tensor& images, const Tree& transformation,
                          bool training) override {
    if (!training) return images;
    const Tensor x = ops::cast(images, compute_dtype());
    const Tensor part = cropped(x, size_in(transformation, "top"), size_in(transformation, "left"),
                                size_, data_format_);
    return ops::resize(part, size_.height, size_.width, {.data_format = data_format_.name()});
  }

  // As in Keras, masks are cropped at inference, too.
  Tensor transform_segmentation_masks(const Tensor& masks, const Tree& transformation,
                                      bool) override {
    return transform_images(masks, transformation, true);
  }

  BoundingBoxes transform_bounding_boxes(const BoundingBoxes& given, const Tree& transformation,
                                         bool training) override {
    if (!training) return given;
    const auto top = static_cast<double>(size_in(transformation, "top"));
    const auto left = static_cast<double>(size_in(transformation, "left"));
    std::vector<Tensor> columns =
        ops::split(bounding_boxes::convert_format(given.boxes, bounding_box_format(), "xyxy",
                                                  size_.height, size_.width),
                   4, -1);
    // Keras subtracts the vertical offset from x, and the horizontal one from y.
    for (size_t i = 0; i < columns.size(); ++i) {
      columns[i] = ops::maximum(ops::subtract(columns[i], i % 2 == 0 ? top : left), 0);
    }
    return {bounding_boxes::convert_format(ops::concatenate(columns, -1), "xyxy",
                                           bounding_box_format(), size_.height, size_.width),
            given.labels};
  }

 protected:
  Tree draw_transformation(const Tensor& images, bool training,
                           const SeedGeneratorPtr& seed) override {
    const int64_t height = height_of(images), width = width_of(images);
    if (training && height > size_.height && width > size_.width) {
      size_.check();
      const int64_t top = drawn(height - size_.height, *seed);
      return Tree::Dict{{{"top", top}, {"left", drawn(width - size_.width, *seed)}}};
    }
    const CenterWindow window = center_window(height, width, size_);
    return Tree::Dict{{{"top", window.top}, {"left", window.left}}};
  }

  Shape output_shape(const Shape& images) const override {
    return size_.applied_to(images, data_format_);
  }

 private:
  static int64_t drawn(int64_t largest, SeedGenerator& seed) {
    const Tensor draw =
        ops::random_uniform({}, 0, static_cast<double>(largest + 1), DType::kFloat32, seed.next());
    return static_cast<int64_t>(draw.item());
  }

  ImageSize size_;
};

}  // namespace

KERAS_LAYER(RandomCrop)

}  // namespace keras
