// RandAugment: applies some augmentations, drawn from a list
// (keras/src/layers/preprocessing/image_preprocessing/rand_augment.py).
#include <algorithm>

#include "layers/preprocessing/image_preprocessing/augmentation_policy.h"
#include "ops/core.h"
#include "ops/image.h"
#include "ops/numpy.h"
#include "ops/random.h"

namespace keras {
namespace {

// The order of the indices that are drawn.
constexpr std::string_view kAugmentations[] = {"random_shear",
                                               "random_translation",
                                               "random_rotation",
                                               "random_brightness",
                                               "random_color_degeneration",
                                               "random_contrast",
                                               "random_sharpness",
                                               "random_posterization",
                                               "solarization",
                                               "auto_contrast",
                                               "equalization"};
constexpr auto kCount = static_cast<int64_t>(std::size(kAugmentations));

class RandAugment final : public AugmentationPolicy {
 public:
  RandAugment() { factor_ = json::Value(0.5); }

  void fields(FieldVisitor& f) override {
    AugmentationPolicy::fields(f);
    f("value_range", value_range_, "Lowest and highest value of the images.");
    f("num_ops", num_ops_, "Number of augmentations of each call.");
    f("factor", factor_, "Strength of the augmentations, from 0 to 1.");
    f("interpolation", interpolation_, "nearest or bilinear.");
    f("seed", seed_, "Seed of the random numbers.");
  }

  void validate() override {
    factor_.standardize("factor", 0, 1);
    make_generator();
    own({"random_shear", "random_translation", "random_rotation", "random_brightness",
         "random_color_degeneration", "random_contrast", "random_sharpness", "solarization",
         "random_posterization", "auto_contrast", "equalization"});
  }

  // Keras computes all augmentations and selects; this computes those that were drawn.
  Tensor transform_images(const Tensor& images, const Tree& transformation,
                          bool training) override {
    Tensor x = ops::cast(images, compute_dtype());
    if (!training) return x;
    // The images must suit all augmentations: RandomColorDegeneration limits the channels.
    ops::rgb_to_grayscale(Tensor::abstract(x.shape(), x.dtype()), data_format_.name());
    for (const size_t index : drawn_indices(transformation)) {
      x = owned(kAugmentations[index])
              .transform_images(x, transform_at(transformation, index), training);
    }
    return ops::cast(x, compute_dtype());
  }

  // As in Keras in the order of the list, and once for an augmentation that was drawn repeatedly.
  BoundingBoxes transform_bounding_boxes(const BoundingBoxes& given, const Tree& transformation,
                                         bool training) override {
    BoundingBoxes out = given;
    if (!training) return out;
    const std::vector<size_t> drawn = drawn_indices(transformation);
    for (size_t index = 0; index < std::size(kAugmentations); ++index) {
      const BoundingBoxes transformed =
          owned(kAugmentations[index])
              .transform_bounding_boxes(out, transform_at(transformation, index), training);
      const bool is_drawn = std::find(drawn.begin(), drawn.end(), index) != drawn.end();
      out.boxes = ops::where(is_drawn, transformed.boxes, out.boxes);
      out.labels = ops::where(is_drawn, transformed.labels, out.labels);
    }
    return out;
  }

  Tensor transform_segmentation_masks(const Tensor& masks, const Tree& transformation,
                                      bool training) override {
    Tensor x = masks;
    if (!training) return x;
    for (const size_t index : drawn_indices(transformation)) {
      x = owned(kAugmentations[index])
              .transform_segmentation_masks(x, transform_at(transformation, index), training);
    }
    return x;
  }

 protected:
  // As in Keras, draws from the layer's own generator only, and for all augmentations.
  Tree draw_transformation(const Tensor& images, bool training, const SeedGeneratorPtr&) override {
    if (!training) return {};
    const Tensor indices =
        ops::random_randint({num_ops_}, 0, kCount, DType::kInt32, generator_->next());
    Tree::Sequence transforms;
    for (const std::string_view augmentation : kAugmentations) {
      transforms.push_back(
          owned(augmentation).get_random_transformation(images, training, generator_));
    }
    return Tree::Dict{
        {{"transforms", Tree::list(std::move(transforms))}, {"layer_idxes", indices}}};
  }

 private:
  static std::vector<size_t> drawn_indices(const Tree& transformation) {
    const auto indices = tensor_in(transformation, "layer_idxes").span<int32_t>();
    return {indices.begin(), indices.end()};
  }
  static const Tree& transform_at(const Tree& transformation, size_t index) {
    return transformation.as_dict().find("transforms")->items()[index];
  }

  int64_t num_ops_ = 2;
};

}  // namespace

KERAS_LAYER(RandAugment)

}  // namespace keras
