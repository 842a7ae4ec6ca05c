// AugMix: mixes chains of augmentations with the original image
// (keras/src/layers/preprocessing/image_preprocessing/aug_mix.py).
#include "layers/preprocessing/image_preprocessing/augmentation_policy.h"
#include "ops/core.h"
#include "ops/numpy.h"
#include "ops/random.h"
#include "random/python_random.h"

namespace keras {
namespace {

class AugMix final : public AugmentationPolicy {
 public:
  AugMix() { factor_ = json::Value(0.3); }

  void fields(FieldVisitor& f) override {
    AugmentationPolicy::fields(f);
    f("value_range", value_range_, "Lowest and highest value of the images.");
    f("num_chains", num_chains_, "Number of chains to mix.");
    f("chain_depth", chain_depth_, "Largest number of augmentations in a chain.");
    f("factor", factor_, "Strength of the augmentations, from 0 to 1.");
    f("alpha", alpha_, "Parameter of the Beta and Dirichlet distributions of the weights.");
    f("all_ops", all_ops_,
      "Whether brightness, colors, contrast and sharpness are among the augmentations.");
    f("interpolation", interpolation_, "nearest or bilinear.");
    f("seed", seed_, "Seed of the random numbers. Python's `random` selects the augmentations.");
  }

  void validate() override {
    factor_.standardize("factor", 0, 1);
    make_generator();
    std::vector<std::string_view> order{"random_shear", "random_translation",   "random_rotation",
                                        "solarization", "random_posterization", "auto_contrast",
                                        "equalization"};
    augmentations_ = {"random_shear",         "random_translation", "random_rotation",
                      "random_posterization", "solarization",       "auto_contrast",
                      "equalization"};
    if (all_ops_) {
      for (const char* augmentation : {"random_brightness", "random_color_degeneration",
                                       "random_contrast", "random_sharpness"}) {
        order.emplace_back(augmentation);
        augmentations_.emplace_back(augmentation);
      }
    }
    own(order);
  }

  Tensor transform_images(const Tensor& images, const Tree& transformation,
                          bool training) override {
    Tensor x = ops::cast(images, compute_dtype());
    if (!training) return x;
    x = mixed(x, transformation, [&](const Tensor& copy, const Step& step) {
      return owned(step.augmentation).transform_images(copy, step.transformation);
    });
    return ops::cast(ops::clip(x, value_range_.low(), value_range_.high()), compute_dtype());
  }

  BoundingBoxes transform_bounding_boxes(const BoundingBoxes& bounding_boxes, const Tree&,
                                         bool) override {
    return bounding_boxes;
  }

  Tensor transform_segmentation_masks(const Tensor& masks, const Tree& transformation,
                                      bool training) override {
    if (!training) return masks;
    return mixed(masks, transformation, [&](const Tensor& copy, const Step& step) {
      return owned(step.augmentation).transform_segmentation_masks(copy, step.transformation);
    });
  }

 protected:
  Tree draw_transformation(const Tensor& images, bool training,
                           const SeedGeneratorPtr& seed) override {
    if (!training) return {};
    const Tensor weights = ops::random_gamma({num_chains_}, alpha_, DType::kFloat32, seed->next());
    const Tensor share = ops::random_beta({}, alpha_, alpha_, DType::kFloat32, seed->next());
    Tree::Sequence chains;
    for (int64_t i = 0; i < num_chains_; ++i) chains.push_back(draw_chain(images));
    return Tree::Dict{{{"chain_mixing_weights", ops::divide(weights, ops::sum(weights, -1, true))},
                       {"weight_sample", share},
                       {"chain_transforms", Tree::list(std::move(chains))}}};
  }

 private:
  // One augmentation of a chain.
  struct Step {
    std::string_view augmentation;
    const Tree& transformation;
  };

  // Pairs of an index and a transformation.
  Tree draw_chain(const Tensor& images) {
    Tree::Sequence steps;
    for (int64_t i = 0; i < chain_depth_; ++i) {
      // The last number means none.
      const auto count = static_cast<int64_t>(augmentations_.size());
      const int64_t index = random::python_random().randint(0, count);
      if (index == count) continue;
      BaseImagePreprocessingLayer& layer = owned(augmentations_[static_cast<size_t>(index)]);
      steps.push_back(Tree::tuple(
          {index, layer.get_random_transformation(images, /*training=*/true, generator_)}));
    }
    return Tree::list(std::move(steps));
  }

  // The weighted mean of `original` and of the chains, whose steps `apply` computes.
  template <class Apply>
  Tensor mixed(const Tensor& original, const Tree& transformation, const Apply& apply) const {
    const auto weight = [&](std::string_view key) {
      return ops::cast(tensor_in(transformation, key), compute_dtype());
    };
    const Tree::Sequence& chains = transformation.as_dict().find("chain_transforms")->items();
    const std::vector<Tensor> weights = ops::unstack(weight("chain_mixing_weights"));
    Tensor sum = ops::zeros_like(original);
    for (size_t i = 0; i < chains.size(); ++i) {
      Tensor copy = original;
      for (const Tree& step : chains[i].items()) {
        const auto index = static_cast<size_t>(step.items()[0].as_int());
        copy = apply(copy, Step{augmentations_[index], step.items()[1]});
      }
      sum = ops::add(sum, ops::multiply(copy, weights[i]));
    }
    const Tensor share = weight("weight_sample");
    return ops::add(ops::multiply(share, original), ops::multiply(ops::subtract(1, share), sum));
  }

  int64_t num_chains_ = 3, chain_depth_ = 3;
  Number alpha_ = 1.0;
  bool all_ops_ = true;
  std::vector<std::string_view> augmentations_;
};

}  // namespace

KERAS_LAYER(AugMix)

}  // namespace keras
