// AutoContrast: stretches the values of each channel over the whole value range
// (keras/src/layers/preprocessing/image_preprocessing/auto_contrast.py).
#include "layers/preprocessing/image_preprocessing/color_layer.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class AutoContrast final : public ColorLayer {
 public:
  void fields(FieldVisitor& f) override {
    ColorLayer::fields(f);
    f("value_range", value_range_, "Lowest and highest value of the images.");
  }

  void validate() override { value_range_.sort(); }

  // Also in inference.
  Tensor transform_images(const Tensor& images, const Tree&, bool) override {
    const DType dtype = compute_dtype();
    const ValueRange bytes(0, 255);
    // The second and the third axis, whatever the data format is.
    const Axes area{1, 2};
    Tensor x = ops::cast(transform_value_range(images, value_range_, bytes, dtype), dtype);
    const Tensor low = ops::min(x, area, /*keepdims=*/true);
    const Tensor high = ops::max(x, area, /*keepdims=*/true);
    const Tensor scale = ops::divide(255.0, ops::subtract(high, low));
    const Tensor offset = ops::multiply(ops::negative(low), scale);
    x = ops::add(ops::multiply(x, scale), offset);
    Tensor y = transform_value_range(ops::clip(x, 0.0, 255.0), bytes, value_range_, dtype);
    // Channels of a single value become NaN.
    y = ops::where(ops::isnan(y), images, y);
    return y.dtype() == x.dtype() ? y : ops::saturate_cast(y, x.dtype());
  }

 private:
  using Axes = ops::Axes;

  ValueRange value_range_;
};

}  // namespace

KERAS_LAYER(AutoContrast)

}  // namespace keras
