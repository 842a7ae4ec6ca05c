// Equalization: spreads the values of each channel evenly, by the histogram of the batch
// (keras/src/layers/preprocessing/image_preprocessing/equalization.py).
#include "layers/preprocessing/image_preprocessing/color_layer.h"
#include "ops/core.h"
#include "ops/image.h"
#include "ops/numpy.h"

namespace keras {
namespace {

class Equalization final : public ColorLayer {
 public:
  void fields(FieldVisitor& f) override {
    ColorLayer::fields(f);
    f("bins", bins_, "Number of bins of the histograms.");
    f("value_range", value_range_, "Lowest and highest value of the images.");
  }

  void validate() override { value_range_.sort(); }

  Tensor transform_images(const Tensor& images, const Tree&, bool training) override {
    if (!training) return images;
    const ValueRange bytes(0, 255);
    const Tensor x = scaled(ops::cast(images, compute_dtype()), value_range_, bytes);
    const Tensor y = ops::equalize(x, bins_, data_format_.name());
    return ops::cast(scaled(y, bytes, value_range_), compute_dtype());
  }

 protected:
  DType image_dtype(DType images) const override { return images; }
  DType promised_dtype(DType images) const override { return images; }

 private:
  // Keras's `_scale_values`, whose factors are Python numbers.
  static Tensor scaled(const Tensor& x, const ValueRange& from, const ValueRange& to) {
    const double scale = to.size() / from.size();
    const double offset = to.low().number() - from.low().number() * scale;
    return ops::add(ops::multiply(x, scale), offset);
  }

  int64_t bins_ = 256;
  ValueRange value_range_;
};

}  // namespace

KERAS_LAYER(Equalization)

}  // namespace keras
