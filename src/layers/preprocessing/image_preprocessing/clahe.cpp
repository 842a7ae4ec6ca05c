// ContrastLimitedAdaptiveHistogramEqualization: equalizes the histograms of tiles and interpolates
// between them (keras/src/layers/preprocessing/image_preprocessing/clahe.py).
#include "base/error.h"
#include "layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.h"
#include "layers/preprocessing/image_preprocessing/value_range.h"
#include "ops/core.h"
#include "ops/image.h"

namespace keras {
namespace {

class ContrastLimitedAdaptiveHistogramEqualization final : public BaseImagePreprocessingLayer {
 public:
  void fields(FieldVisitor& f) override {
    BaseImagePreprocessingLayer::fields(f);
    f("value_range", value_range_, "Lowest and highest value of the images.");
    f("clip_limit", clip_limit_,
      "Largest count of a value in a tile, as a multiple of the mean; no limit when 0.");
    f("tile_grid_size", tile_grid_size_, "Number of tiles along the height and the width.");
  }

  // Also in inference.
  Tensor transform_images(const Tensor& images, const Tree&, bool) override {
    const ValueRange bytes(0, 255);
    const Tensor x = transform_value_range(images, value_range_, bytes, DType::kFloat32);
    const Ints grid = standardize_tuple(tile_grid_size_, 2, "tile_grid_size");
    const Tensor y = ops::equalize_tiles(x, {.tile_grid_size = {grid[0], grid[1]},
                                             .clip_limit = clip_limit_,
                                             .data_format = data_format_.name()});
    return ops::cast(transform_value_range(y, bytes, value_range_, DType::kFloat32),
                     images.dtype());
  }

  Tensor transform_labels(const Tensor&, const Tree&, bool) override {
    raise_not_implemented_error({""});
  }

 protected:
  DType image_dtype(DType images) const override { return images; }

 private:
  ValueRange value_range_;
  Number clip_limit_ = 4.0;
  Given<"readonly [number, number]"> tile_grid_size_ = json::Value(json::Array{8, 8});
};

}  // namespace

KERAS_LAYER(ContrastLimitedAdaptiveHistogramEqualization)

}  // namespace keras
