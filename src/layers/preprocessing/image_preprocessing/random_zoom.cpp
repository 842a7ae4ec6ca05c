// RandomZoom: makes images larger or smaller during training
// (keras/src/layers/preprocessing/image_preprocessing/random_zoom.py).
#include <cmath>

#include "layers/preprocessing/image_preprocessing/affine_image_layer.h"
#include "layers/preprocessing/image_preprocessing/factor_range.h"
#include "ops/core.h"
#include "ops/numpy.h"
#include "ops/random.h"

namespace keras {
namespace {

using Factor = Given<"number | readonly [number, number]">;
using OptionalFactor = Given<"number | readonly [number, number] | null">;

class RandomZoom final : public AffineImageLayer {
 public:
  void fields(FieldVisitor& f) override {
    BaseImagePreprocessingLayer::fields(f);
    f("height_factor", height_factor_,
      "Largest change of the height, or smallest and largest; negative values zoom in.",
      Field::kRequired);
    f("width_factor", width_factor_, "The same for the width; null keeps the aspect ratio.");
    f("fill_mode", fill_mode_, "How points outside the image are filled.");
    f("interpolation", interpolation_, "nearest or bilinear.");
    f("seed", seed_, "Seed of the random numbers.");
    f("fill_value", fill_value_, "Value outside the image in mode `constant`.");
  }

  void validate() override {
    constexpr std::string_view kMessage =
        "The `height_factor` and `width_factor` arguments should be a number (or a list of two "
        "numbers) in the range (-1.0, 1.0]. ";
    const double above_minus_one = std::nextafter(-1.0, 0.0);
    height_range_ = FactorRange(height_factor_);
    height_range_.standardize_each("height_factor", kMessage, above_minus_one);
    if (!width_factor_->is_null()) {
      width_range_ = FactorRange(width_factor_);
      width_range_.standardize_each("width_factor", kMessage, above_minus_one);
    }
    check_sampling();
  }

 protected:
  BoxFormats box_formats() const override { return {"xyxy", "rel_xyxy"}; }

  Tensor move_boxes(const Tensor& boxes, const Tree& transformation) const override {
    const std::vector<Tensor> corners = ops::split(boxes, 4, -1);
    const Span x =
        span_of(tensor_in(transformation, "width_zoom"), size_in(transformation, "width"));
    const Span y =
        span_of(tensor_in(transformation, "height_zoom"), size_in(transformation, "height"));
    const Tensor visible = ops::concatenate(
        {x.within(corners[0]), y.within(corners[1]), x.within(corners[2]), y.within(corners[3])},
        -1);
    return bounding_boxes::convert_format(
        visible, "xyxy", "rel_xyxy", ops::subtract(y.end, y.start), ops::subtract(x.end, x.start));
  }

  Tree draw_transformation(const Tensor& images, bool training,
                           const SeedGeneratorPtr& seed) override {
    if (!training) return {};
    const auto drawn = [&](const FactorRange& range) {
      return ops::random_uniform({batch_size_of(images), 1}, 1 + range.lower(), 1 + range.upper(),
                                 DType::kFloat32, seed->next());
    };
    const Tensor height_zoom = drawn(height_range_);
    const Tensor width_zoom = width_factor_->is_null() ? height_zoom : drawn(width_range_);
    return Tree::Dict{{{"height_zoom", height_zoom},
                       {"width_zoom", width_zoom},
                       {"height", height_of(images)},
                       {"width", width_of(images)}}};
  }

  Tensor resample(const Tensor& images, const Tree& transformation,
                  const std::string& interpolation) override {
    const Tensor& x = tensor_in(transformation, "width_zoom");
    const Tensor& y = tensor_in(transformation, "height_zoom");
    const Tensor zero = ops::zeros({x.shape()[0], 1});
    return affine_transform(images,
                            ops::concatenate({x, zero, offset(x, width_of(images)), zero, y,
                                              offset(y, height_of(images)), zero, zero},
                                             1),
                            interpolation);
  }

 private:
  // The part of an image that is visible along one axis, [batch, 1, 1].
  struct Span {
    Tensor start, end;
    Tensor within(const Tensor& x) const { return ops::subtract(ops::clip(x, start, end), start); }
  };

  // The first visible position of a size; keeps the center fixed.
  static Tensor offset(const Tensor& zoom, int64_t size) {
    return ops::multiply(static_cast<double>(size - 1) / 2, ops::subtract(1.0, zoom));
  }

  static Span span_of(const Tensor& zoom, int64_t size) {
    const Tensor start = offset(zoom, size);
    const Tensor end = ops::add(ops::multiply(zoom, static_cast<double>(size)), start);
    return {ops::expand_dims(start, -1), ops::expand_dims(end, -1)};
  }

  Factor height_factor_;
  OptionalFactor width_factor_;
  FactorRange height_range_, width_range_;
};

}  // namespace

KERAS_LAYER(RandomZoom)

}  // namespace keras
