// MixUp: mixes images and labels of a batch by random weights
// (keras/src/layers/preprocessing/image_preprocessing/mix_up.py).
#include "layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.h"
#include "ops/core.h"
#include "ops/numpy.h"
#include "ops/random.h"

namespace keras {
namespace {

class MixUp final : public BaseImagePreprocessingLayer {
 public:
  void fields(FieldVisitor& f) override {
    BaseImagePreprocessingLayer::fields(f);
    f("alpha", alpha_, "Parameter of the Beta distribution: larger values mix more.");
    f("seed", seed_, "Seed of the random numbers.");
  }

  void validate() override { make_generator(); }

  Tensor transform_images(const Tensor& images, const Tree& transformation,
                          bool training) override {
    if (!training) return images;
    const Tensor x = ops::cast(images, compute_dtype());
    const Tensor weight = ops::cast(weights(transformation, {-1, 1, 1, 1}), compute_dtype());
    return mixed(x, permuted(x, transformation), weight);
  }

  // labels [batch, classes]
  Tensor transform_labels(const Tensor& labels, const Tree& transformation,
                          bool training) override {
    if (!training) return labels;
    return mixed(labels, permuted(labels, transformation), weights(transformation, {-1, 1}));
  }

  // The boxes of both images. As in Keras, their labels are joined along the batch.
  BoundingBoxes transform_bounding_boxes(const BoundingBoxes& given, const Tree& transformation,
                                         bool training) override {
    if (!training) return given;
    return {ops::concatenate({given.boxes, permuted(given.boxes, transformation)}, 1),
            ops::concatenate({given.labels, permuted(given.labels, transformation)}, 0)};
  }

  // As in Keras, the masks to mix with are single numbers: elements of the flattened masks.
  Tensor transform_segmentation_masks(const Tensor& masks, const Tree& transformation,
                                      bool training) override {
    if (!training) return masks;
    const Tensor others = ops::take(masks, tensor_in(transformation, "permutation_order"));
    return mixed(masks, others, weights(transformation, {-1, 1, 1, 1}));
  }

 protected:
  Tree draw_transformation(const Tensor& images, bool, const SeedGeneratorPtr& seed) override {
    const int64_t batch_size = batch_size_of(images);
    const Tensor order =
        ops::random_shuffle(ops::arange(0, static_cast<double>(batch_size)), 0, seed->next());
    return Tree::Dict{{{"mix_weight", ops::random_beta({batch_size}, alpha_, alpha_,
                                                       DType::kFloat32, seed->next())},
                       {"permutation_order", order}}};
  }

 private:
  static Tensor weights(const Tree& transformation, const std::vector<int64_t>& shape) {
    return ops::reshape(tensor_in(transformation, "mix_weight"), shape);
  }
  static Tensor permuted(const Tensor& x, const Tree& transformation) {
    return ops::take(x, tensor_in(transformation, "permutation_order"), 0);
  }
  static Tensor mixed(const Tensor& a, const Tensor& b, const Tensor& weight) {
    return ops::add(ops::multiply(weight, a), ops::multiply(ops::subtract(1.0, weight), b));
  }

  Number alpha_ = 0.2;
};

}  // namespace

KERAS_LAYER(MixUp)

}  // namespace keras
