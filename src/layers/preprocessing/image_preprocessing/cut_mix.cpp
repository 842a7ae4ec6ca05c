// CutMix: replaces a random rectangle of each image by that part of another one, and mixes the
// labels by the areas (keras/src/layers/preprocessing/image_preprocessing/cut_mix.py).
#include "layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.h"
#include "layers/preprocessing/image_preprocessing/factor_range.h"
#include "ops/core.h"
#include "ops/numpy.h"
#include "ops/random.h"

namespace keras {
namespace {

class CutMix final : public BaseImagePreprocessingLayer {
 public:
  void fields(FieldVisitor& f) override {
    BaseImagePreprocessingLayer::fields(f);
    f("factor", factor_,
      "Range from 0 to 1 from which the parameter of the Beta distribution is drawn.");
    f("seed", seed_, "Seed of the random numbers.");
  }

  void validate() override {
    factor_.standardize("factor", 0, 1);
    make_generator();
  }

  Tensor transform_images(const Tensor& images, const Tree& transformation,
                          bool training) override {
    const Tensor x = ops::cast(images, compute_dtype());
    if (!training || transformation.is_none()) return x;
    return ops::where(tensor_in(transformation, "batch_masks"),
                      ops::take(x, tensor_in(transformation, "permutation_order"), 0), x);
  }

  // labels [batch, classes]
  Tensor transform_labels(const Tensor& labels, const Tree& transformation,
                          bool training) override {
    if (!training || transformation.is_none()) return labels;
    const Tensor weight = ops::reshape(tensor_in(transformation, "mix_weight"), {-1, 1});
    const Tensor others = ops::take(labels, tensor_in(transformation, "permutation_order"), 0);
    return ops::add(ops::multiply(weight, labels),
                    ops::multiply(ops::subtract(1.0, weight), others));
  }

  Tensor transform_segmentation_masks(const Tensor& masks, const Tree& transformation,
                                      bool training) override {
    return transform_images(masks, transformation, training);
  }

 protected:
  // None for a single image.
  Tree draw_transformation(const Tensor& images, bool training,
                           const SeedGeneratorPtr& seed) override {
    if (!training || images.rank() != 4) return {};
    const int64_t height = height_of(images), width = width_of(images);
    const Tensor ratio =
        ops::sqrt(ops::subtract(1.0, draw_mix_weight(batch_size_of(images), seed)));
    const Interval x = draw_interval(ratio, width, seed);
    const Interval y = draw_interval(ratio, height, seed);
    const Tensor mask = ops::repeat(ops::logical_and(x.holds(positions(width, width_axis())),
                                                     y.holds(positions(height, height_axis()))),
                                    dim_at(images.shape(), channels_axis()), channels_axis());
    const Tensor area =
        ops::divide(ops::multiply(ops::subtract(x.end, x.start), ops::subtract(y.end, y.start)),
                    width * height);
    const Tensor order = ops::random_shuffle(
        ops::arange(0, static_cast<double>(batch_size_of(images))), 0, seed->next());
    return Tree::Dict{{{"permutation_order", order},
                       {"batch_masks", mask},
                       {"mix_weight", ops::subtract(1.0, area)}}};
  }

 private:
  // Of each image, as [batch, 1, 1, 1].
  struct Interval {
    Tensor start, end;

    Tensor holds(const Tensor& position) const {
      return ops::logical_and(ops::greater_equal(position, start), ops::less(position, end));
    }
  };

  Tensor draw_mix_weight(int64_t batch_size, const SeedGeneratorPtr& seed) const {
    const DType dtype = compute_dtype();
    const Tensor drawn =
        ops::random_uniform({}, factor_.lower(), factor_.upper(), dtype, seed->next());
    const double alpha = ops::add(drawn, 1e-6).item();
    return ops::random_beta({batch_size}, alpha, alpha, dtype, seed->next());
  }

  Interval draw_interval(const Tensor& ratio, int64_t length, const SeedGeneratorPtr& seed) const {
    const DType dtype = compute_dtype();
    const Tensor size = ops::cast(ops::multiply(ratio, length), dtype);
    const Tensor start = ops::multiply(
        ops::random_uniform(ratio.shape(), 0, 1, dtype, seed->next()), ops::subtract(length, size));
    const auto per_image = [](const Tensor& x) { return ops::expand_dims(x, {1, 2, 3}); };
    return {per_image(start), per_image(ops::add(start, size))};
  }

  // 0, 1, ... along one axis of a batch of images.
  Tensor positions(int64_t length, int axis) const {
    std::vector<int64_t> shape(4, 1);
    shape[static_cast<size_t>(axis + 4)] = length;
    return ops::reshape(ops::arange(0, static_cast<double>(length), 1, compute_dtype()), shape);
  }

  FactorRange factor_ = json::Value(1.0);
};

}  // namespace

KERAS_LAYER(CutMix)

}  // namespace keras
